import type { StageName } from '@destila/contracts';
import type { Queryable } from './database.ts';

/** The finished parts of a stage that is not finished itself, unparsed. */
export async function readParts(db: Queryable, jobId: string, stage: StageName): Promise<Map<string, unknown>> {
  const rows = await db.query<{ key: string; output: unknown }>(
    'select key, output from job_parts where job_id = $1 and stage = $2',
    [jobId, stage],
  );
  return new Map(rows.map(({ key, output }) => [key, output]));
}

/** A stage's stored output, unparsed; null when the stage has not been finished. */
export async function readCheckpoint(db: Queryable, jobId: string, stage: StageName): Promise<unknown> {
  const [row] = await db.query<{ output: unknown }>(
    'select output from job_checkpoints where job_id = $1 and stage = $2',
    [jobId, stage],
  );
  return row?.output ?? null;
}
