import { DestilaError, type ProcessingJob, type SaveRequest } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { beginPublication } from '../database/publications.ts';
import { readUserSettings } from '../database/user-settings.ts';
import { indexJob } from './index-job.ts';
import { ownJob } from './own-job.ts';
import { publishNote } from './publish-note.ts';
import type { Services } from './services.ts';

/**
 * Publishes a reviewed job. The record with the import key is written first, so that a save that is cut off anywhere is finished
 * by whoever finds it (`resume-saves.ts`); a second save writes to the same place.
 * @throws {DestilaError} `not_found`, `not_ready`, `category_required`, `save_in_progress`, `page_changed`, or why the destination refused
 */
export async function saveJob(
  services: Services,
  userId: string,
  jobId: string,
  { on_conflict }: SaveRequest = {},
): Promise<ProcessingJob> {
  const job = await ownJob(services, userId, jobId);
  if (job.status !== 'ready' && job.status !== 'saved') throw new DestilaError('not_ready');
  if (job.category_id === null && (await wantsCategory(services, userId))) throw new DestilaError('category_required');
  const aim = await services.destinations.aimOf(userId);
  const claim = await beginPublication(services.database, job, aim, on_conflict ?? null);
  if (!claim) throw new DestilaError('save_in_progress');
  await publishNote(services, claim);
  return indexSaved(services, userId, jobId);
}

async function wantsCategory({ database }: Services, userId: string): Promise<boolean> {
  return (await asUser(database, userId, readUserSettings)).category_required;
}

/**
 * What search finds of an indexed note follows what was saved of it; who wants every note indexed need not be there.
 * @throws {DestilaError} `not_found`
 */
export async function indexSaved(services: Services, userId: string, jobId: string): Promise<ProcessingJob> {
  const job = await ownJob(services, userId, jobId);
  const { index_after_save } = await asUser(services.database, userId, readUserSettings);
  return job.indexed_at || index_after_save === 'always' ? indexJob(services, userId, jobId) : job;
}
