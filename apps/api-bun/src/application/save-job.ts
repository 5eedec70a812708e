import { DestilaError, type ProcessingJob } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { findCategoryName } from '../database/categories.ts';
import { readCheckpoint } from '../database/checkpoints.ts';
import type { JobRow } from '../database/jobs.ts';
import { abandonPublication, beginPublication, finishPublication, noteExternalId } from '../database/publications.ts';
import { downloadOutputSchema } from '../stages/stage.ts';
import { indexJob } from './index-job.ts';
import { noteOf } from './note.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';

/** Milliseconds that publishing may take; below the time for which the right to publish is held. */
const DEADLINE = 100_000;

/**
 * Publishes a reviewed job. The record with the import key is written first, so that a save that is cut off anywhere can be
 * repeated and finds its own page again; a second save writes to the same place. What search finds of an indexed note follows.
 * @throws {DestilaError} `not_found`, `not_ready`, `save_in_progress`, or why the destination refused
 */
export async function saveJob(services: Services, userId: string, jobId: string): Promise<ProcessingJob> {
  const job = await ownJob(services, userId, jobId);
  if (job.status !== 'ready' && job.status !== 'saved') throw new DestilaError('not_ready');
  const { database, destination } = services;
  const publication = await beginPublication(database, job, destination.name);
  if (!publication) throw new DestilaError('save_in_progress');
  try {
    const published = await destination.publish(await makeNote(services, job, publication.import_key), {
      previous: publication.external_id,
      keepExternalId: (externalId) => noteExternalId(database, publication.import_key, externalId),
      signal: AbortSignal.timeout(DEADLINE),
    });
    await finishPublication(database, job, {
      import_key: publication.import_key,
      destination: destination.name,
      ...published,
    });
  } catch (error) {
    await abandonPublication(database, publication.import_key);
    throw error;
  }
  services.events.changed(jobId);
  return job.indexed_at ? indexJob(services, userId, jobId) : ownJob(services, userId, jobId);
}

async function makeNote({ database, publicUrl }: Services, job: JobRow, importKey: string) {
  const category = await asUser(database, job.user_id, (tx) => findCategoryName(tx, job.category_id));
  const source = downloadOutputSchema.nullable().parse(await readCheckpoint(database, job.id, 'downloading'));
  return noteOf(job, { importKey, category, channel: source?.channel ?? null, publicUrl, savedAt: new Date() });
}
