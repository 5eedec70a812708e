import { type SearchHit, type SearchQuery, SNIPPET_MARK } from '@destila/contracts';
import type { Database, Queryable } from './database.ts';

export interface ChunkRow {
  position: number;
  heading: string | null;
  text: string;
  startSeconds: number | null;
  endSeconds: number | null;
  hash: string;
}

/** Puts a job's passages in place of those it had, and says so in its history. */
export function replaceChunks(
  database: Database,
  job: { id: string; user_id: string },
  chunks: readonly ChunkRow[],
): Promise<void> {
  return database.transaction(async (tx) => {
    await tx.query('delete from search_chunks where job_id = $1', [job.id]);
    await tx.query(
      `insert into search_chunks (job_id, user_id, position, heading, text, start_seconds, end_seconds, hash)
       select $1, $2, position, heading, text, "startSeconds", "endSeconds", hash
       from jsonb_to_recordset($3::jsonb) as chunk
         (position int, heading text, text text, "startSeconds" real, "endSeconds" real, hash text)`,
      [job.id, job.user_id, JSON.stringify(chunks)],
    );
    await markIndexed(tx, job.id, true);
  });
}

export function removeChunks(database: Database, job: { id: string }): Promise<void> {
  return database.transaction(async (tx) => {
    await tx.query('delete from search_chunks where job_id = $1', [job.id]);
    await markIndexed(tx, job.id, false);
  });
}

/** Best first. Deleted notes are not found. */
export function searchChunks(db: Queryable, { q, limit }: SearchQuery): Promise<SearchHit[]> {
  return db.query<SearchHit>(
    `select j.id as job_id, j.video_title, j.url, c.heading, c.start_seconds,
       ts_rank_cd(c.words, query)::float8 as rank,
       ts_headline(
         (case when j.source_language like 'en%' then 'public.destila_en' else 'public.destila_es' end)::regconfig,
         c.text, query, $3) as snippet
     from search_query($1) as query, search_chunks c
     join processing_jobs j on j.id = c.job_id and j.deleted_at is null
     where c.words @@ query
     order by rank desc, j.created_at desc, c.position
     limit $2`,
    [
      q,
      limit,
      `StartSel=${SNIPPET_MARK.open}, StopSel=${SNIPPET_MARK.close}, MaxWords=40, MinWords=20, MaxFragments=2, FragmentDelimiter=" … "`,
    ],
  );
}

async function markIndexed(tx: Queryable, jobId: string, indexed: boolean): Promise<void> {
  await tx.query(
    `update processing_jobs set indexed_at = case when $2 then clock_timestamp() end, updated_at = clock_timestamp()
     where id = $1`,
    [jobId, indexed],
  );
  await tx.query(`select queue.record(j, $2) from processing_jobs j where id = $1`, [
    jobId,
    indexed ? 'indexed' : 'unindexed',
  ]);
}
