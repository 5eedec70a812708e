import { DestilaError } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { readThumbnail } from '../database/thumbnails.ts';
import type { Services } from './services.ts';

/** A job's picture, JPEG. @throws {DestilaError} `not_found` */
export async function readJobThumbnail(
  { database }: Services,
  userId: string,
  jobId: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const jpeg = await asUser(database, userId, (tx) => readThumbnail(tx, jobId));
  if (!jpeg) throw new DestilaError('not_found');
  return new Uint8Array(jpeg);
}
