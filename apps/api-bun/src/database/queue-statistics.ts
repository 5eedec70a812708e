import type { JobStatus, QueueState, StageName } from '@destila/contracts';
import type { Queryable } from './database.ts';

/** Everybody's jobs by status; deleted ones are left out. */
export function countAllJobs(db: Queryable): Promise<{ status: JobStatus; count: number }[]> {
  return db.query('select status, count(*) from processing_jobs where deleted_at is null group by status');
}

/** Seconds that the oldest waiting job of each stage has been waiting. */
export function oldestWaiting(db: Queryable): Promise<{ stage: StageName; seconds: number }[]> {
  return db.query(
    `select stage, extract(epoch from clock_timestamp() - min(run_at))::float8 as seconds
     from processing_jobs where waiting group by stage`,
  );
}

/** Whether the queue is paused, and who works on it. */
export async function readQueueState(db: Queryable): Promise<QueueState> {
  const [state] = await db.query<{ paused: boolean }>('select paused from queue.state');
  const workers = await db.query<QueueState['workers'][number]>(
    `select id, host, pid, slots, paused, started_at, seen_at,
       (select count(*) from processing_jobs where worker_id = w.id) as running
     from queue.workers w order by started_at`,
  );
  return { paused: state?.paused ?? false, workers };
}
