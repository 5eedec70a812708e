import { DestilaError, type HistoryEntry } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { readHistory } from '../database/history.ts';
import type { Services } from './services.ts';

/** What happened to a job, also to a deleted one. @throws {DestilaError} `not_found` */
export async function readJobHistory(
  { database }: Services,
  userId: string,
  jobId: string,
): Promise<{ entries: HistoryEntry[] }> {
  const entries = await asUser(database, userId, (tx) => readHistory(tx, jobId));
  if (entries.length === 0) throw new DestilaError('not_found');
  return { entries };
}
