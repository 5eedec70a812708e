import type { Queryable } from './database.ts';

/** Keeps a job's picture and says in its row where it is, on behalf of a live claim only. */
export async function keepThumbnail(
  db: Queryable,
  claim: { id: string; claim_token: number },
  jpeg: Uint8Array,
): Promise<void> {
  await db.query(
    `with claimed as (
       update processing_jobs set video_thumbnail = '/api/jobs/' || id || '/thumbnail'
       where id = $1 and claim_token = $2 and worker_id is not null and lease_expires_at > clock_timestamp()
       returning id, user_id
     )
     insert into job_thumbnails (job_id, user_id, jpeg) select id, user_id, $3 from claimed
     on conflict (job_id) do update set jpeg = excluded.jpeg`,
    [claim.id, claim.claim_token, jpeg],
  );
}

export async function readThumbnail(db: Queryable, jobId: string): Promise<Uint8Array | null> {
  const [row] = await db.query<{ jpeg: Uint8Array }>('select jpeg from job_thumbnails where job_id = $1', [jobId]);
  return row?.jpeg ?? null;
}
