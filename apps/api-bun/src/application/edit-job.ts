import { DestilaError, type EditJobRequest, type ProcessingJob } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { editJob as writeEdit } from '../database/jobs.ts';
import { canonicalForm } from './canonical-form.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';

/**
 * Writes what a person changed. With an expected version, an edit that somebody else overtook changes nothing.
 * @throws {DestilaError} `not_found`, `not_ready`, `version_conflict`, `invalid_request` (an empty summary, a category that is not theirs)
 */
export async function editJob(
  services: Services,
  userId: string,
  jobId: string,
  edit: EditJobRequest,
  expectedVersion: number | null,
): Promise<ProcessingJob> {
  const summary = edit.summary_markdown === undefined ? undefined : await canonicalForm(edit.summary_markdown);
  if (summary?.trim() === '')
    throw new DestilaError('invalid_request', { extra: { fields: { summary_markdown: 'empty' } } });
  const written = await asUser(services.database, userId, (tx) =>
    writeEdit(tx, jobId, { ...edit, ...(summary !== undefined && { summary_markdown: summary }) }, expectedVersion),
  ).catch((error: unknown) => {
    throw isForeignKeyViolation(error)
      ? new DestilaError('invalid_request', { extra: { fields: { category_id: 'unknown' } } })
      : error;
  });
  if (written) {
    services.events.changed(jobId);
    return written;
  }
  const job = await ownJob(services, userId, jobId);
  throw new DestilaError(job.status === 'ready' || job.status === 'saved' ? 'version_conflict' : 'not_ready');
}

function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23503';
}
