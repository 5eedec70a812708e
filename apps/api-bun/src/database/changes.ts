import type { JobListItem } from '@destila/contracts';
import type { Queryable } from './database.ts';

/** Numbers are given at insert and seen at commit: one that commits late can be this far behind the newest. */
const LATE_COMMITS = 500;

export interface Change {
  id: number;
  job_id: string;
}

export async function newestChange(db: Queryable): Promise<number> {
  const [row] = await db.query<{ id: number | null }>('select max(id) as id from job_events');
  return row?.id ?? 0;
}

/** History entries from a little before `after` on; the caller leaves out what it has seen. */
export function changesSince(db: Queryable, after: number): Promise<Change[]> {
  return db.query<Change>('select id, job_id from job_events where id > $1 order by id', [after - LATE_COMMITS]);
}

export type RunningJob = Pick<
  JobListItem,
  'id' | 'user_id' | 'status' | 'progress' | 'current_step' | 'progress_detail' | 'held' | 'updated_at'
>;

/** How every job stands that some other worker is on. */
export function runningElsewhere(db: Queryable, workerId: string): Promise<RunningJob[]> {
  return db.query<RunningJob>(
    `select id, user_id, status, progress, current_step, progress_detail, true as held, updated_at
     from processing_jobs where worker_id is not null and worker_id <> $1`,
    [workerId],
  );
}
