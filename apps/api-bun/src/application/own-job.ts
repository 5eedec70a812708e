import { DestilaError } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { findJob, type JobRow } from '../database/jobs.ts';
import type { Services } from './services.ts';

/** The person's job of that id. @throws {DestilaError} `not_found`, also for somebody else's */
export async function ownJob({ database }: Pick<Services, 'database'>, userId: string, jobId: string): Promise<JobRow> {
  const job = await asUser(database, userId, (tx) => findJob(tx, jobId));
  if (!job) throw new DestilaError('not_found');
  return job;
}
