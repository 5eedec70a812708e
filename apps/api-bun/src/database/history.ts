import type { HistoryEntry } from '@destila/contracts';
import type { Queryable } from './database.ts';

/** What happened to a job, oldest first. */
export function readHistory(db: Queryable, jobId: string): Promise<HistoryEntry[]> {
  return db.query<HistoryEntry>('select id, kind, stage, detail, at from job_events where job_id = $1 order by id', [
    jobId,
  ]);
}
