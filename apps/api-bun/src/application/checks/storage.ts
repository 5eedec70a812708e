import { statfs } from 'node:fs/promises';
import { DestilaError, type Finding, finding } from '@destila/contracts';
import type { Database } from '../../database/database.ts';
import type { Destination } from '../../destinations/destination.ts';
import { reasonOf } from '../examine.ts';

const GB = 1e9;
/** Bytes of free space below which a long video may not fit. */
const LITTLE_SPACE = 2 * GB;

export async function checkDatabase(database: Pick<Database, 'kind' | 'query'>): Promise<Finding> {
  try {
    const [row] = await database.query<{ server_version: string }>('show server_version');
    const version = row?.server_version ?? '';
    return finding(database.kind === 'pglite' ? 'database_embedded' : 'database_server', { version });
  } catch (error) {
    return finding('database_away', { reason: reasonOf(error) });
  }
}

export async function checkDisk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  return finding(free < LITTLE_SPACE ? 'disk_low' : 'disk_enough', { free: free / GB, folder });
}

export async function checkNotes(
  destination: Destination,
  folder: string,
  signal: AbortSignal,
): Promise<Finding | null> {
  if (destination.name !== 'markdown') return null;
  try {
    await destination.examine(signal);
    return finding('notes_writable', { folder });
  } catch (error) {
    if (!(error instanceof DestilaError)) throw error;
    return finding('notes_unwritable', { folder });
  }
}

export async function checkNotion(destination: Destination, signal: AbortSignal): Promise<Finding> {
  if (destination.name !== 'notion') return finding('notion_unset', {});
  await destination.examine(signal);
  return finding('notion_accepts', {});
}
