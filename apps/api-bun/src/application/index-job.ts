import { DestilaError, type ProcessingJob } from '@destila/contracts';
import { removeChunks, replaceChunks } from '../database/search-chunks.ts';
import { chunkJob } from '../search/chunk.ts';
import { ownJob } from './own-job.ts';
import { readJob } from './read-job.ts';
import type { Services } from './services.ts';

/** Makes a note findable: its summary and its transcript, passage by passage. @throws {DestilaError} `not_found`, `not_ready` */
export async function indexJob(services: Services, userId: string, jobId: string): Promise<ProcessingJob> {
  const job = await readJob(services, userId, jobId);
  if (job.summary_markdown === null) throw new DestilaError('not_ready');
  await replaceChunks(services.database, job, chunkJob({ ...job, summary: job.summary_markdown }));
  services.events.changed(jobId);
  return ownJob(services, userId, jobId);
}

/** Takes a note out of the index again. @throws {DestilaError} `not_found` */
export async function unindexJob(services: Services, userId: string, jobId: string): Promise<ProcessingJob> {
  await removeChunks(services.database, await ownJob(services, userId, jobId));
  services.events.changed(jobId);
  return ownJob(services, userId, jobId);
}
