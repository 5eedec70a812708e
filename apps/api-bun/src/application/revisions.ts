import { DestilaError, type RestoreAnswer, type Revision, type RevisionItem } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import * as revisions from '../database/revisions.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';

/** The versions of a job's summary, newest first. @throws {DestilaError} `not_found` */
export async function listRevisions(services: Services, userId: string, jobId: string): Promise<RevisionItem[]> {
  await ownJob(services, userId, jobId);
  return asUser(services.database, userId, (tx) => revisions.listRevisions(tx, jobId));
}

/** @throws {DestilaError} `not_found` */
export async function readRevision(services: Services, userId: string, jobId: string, id: string): Promise<Revision> {
  const revision = await asUser(services.database, userId, (tx) => revisions.findRevision(tx, jobId, id));
  if (!revision) throw new DestilaError('not_found');
  return revision;
}

/**
 * Puts a revision in the note's place. What stood there is kept as a revision itself.
 * @throws {DestilaError} `not_found`, `not_ready`; `version_conflict` when the note is not at the version that is expected
 */
export async function restoreRevision(
  services: Services,
  userId: string,
  jobId: string,
  { revisionId, expectedVersion }: { revisionId: string; expectedVersion: number | null },
): Promise<RestoreAnswer> {
  const job = await ownJob(services, userId, jobId);
  await readRevision(services, userId, jobId, revisionId);
  const replaced = await services.database.transaction(async (tx) => {
    const note = await revisions.lockNote(tx, job);
    if (!note) throw new DestilaError('not_ready');
    if (expectedVersion !== null && note.version !== expectedVersion) throw new DestilaError('version_conflict');
    const kept = await revisions.keepRevision(tx, note, 'replaced', note);
    await revisions.restoreRevision(tx, jobId, revisionId);
    return kept;
  });
  services.events.changed(jobId);
  return { job: await ownJob(services, userId, jobId), replaced };
}
