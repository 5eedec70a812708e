import type { JobPage, ListJobsQuery } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { countJobs, listJobs } from '../database/jobs.ts';
import type { Services } from './services.ts';

/** A page of the person's jobs, newest first, and how many there are of each status. */
export function listLibrary({ database }: Services, userId: string, query: ListJobsQuery): Promise<JobPage> {
  return asUser(database, userId, async (tx) => ({ ...(await listJobs(tx, query)), counts: await countJobs(tx) }));
}
