import type { Operation } from '@destila/contracts';
import type { Queryable } from './database.ts';

/** The latest operation of each kind on a job. */
export function latestOperations(db: Queryable, jobId: string): Promise<Operation[]> {
  return db.query<Operation>(
    `select distinct on (kind) id, kind, status, worker_id is not null as held, progress_detail, error_code, run_at, created_at
     from operations where job_id = $1
     order by kind, created_at desc`,
    [jobId],
  );
}
