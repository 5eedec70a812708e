import { DestilaError, type ProcessingJob, type SaveRequest } from '@destila/contracts';
import { beginPublication } from '../database/publications.ts';
import { indexJob } from './index-job.ts';
import { ownJob } from './own-job.ts';
import { publishNote } from './publish-note.ts';
import type { Services } from './services.ts';

/**
 * Publishes a reviewed job. The record with the import key is written first, so that a save that is cut off anywhere is finished
 * by whoever finds it (`resume-saves.ts`); a second save writes to the same place.
 * @throws {DestilaError} `not_found`, `not_ready`, `save_in_progress`, `page_changed`, or why the destination refused
 */
export async function saveJob(
  services: Services,
  userId: string,
  jobId: string,
  { on_conflict }: SaveRequest = {},
): Promise<ProcessingJob> {
  const job = await ownJob(services, userId, jobId);
  if (job.status !== 'ready' && job.status !== 'saved') throw new DestilaError('not_ready');
  const claim = await beginPublication(services.database, job, services.destination.name, on_conflict ?? null);
  if (!claim) throw new DestilaError('save_in_progress');
  await publishNote(services, claim);
  return indexSaved(services, userId, jobId);
}

/** What search finds of an indexed note follows what was saved of it. @throws {DestilaError} `not_found` */
export async function indexSaved(services: Services, userId: string, jobId: string): Promise<ProcessingJob> {
  const job = await ownJob(services, userId, jobId);
  return job.indexed_at ? indexJob(services, userId, jobId) : job;
}
