import type { SearchChoices } from '@destila/contracts';
import type { Queryable } from './database.ts';

export interface ChunkRow {
  position: number;
  title: string | null;
  channel: string | null;
  heading: string | null;
  text: string;
  startSeconds: number | null;
  endSeconds: number | null;
  /** ISO 639-1; null when nobody knows. */
  language: string | null;
  hash: string;
}

/** Makes these a job's passages. Those it has already stay, with all that is derived from them; times and places may move. */
export async function putChunks(
  tx: Queryable,
  job: { id: string; user_id: string },
  chunks: readonly ChunkRow[],
): Promise<void> {
  await tx.query(
    `with wanted as (
       select *, row_number() over (partition by hash order by position) as nth
       from jsonb_to_recordset($3::jsonb) as chunk (
         position int, title text, channel text, heading text, text text, "startSeconds" real, "endSeconds" real, language text, hash text
       )
     ), present as (
       select id, hash, row_number() over (partition by hash order by position) as nth from search_chunks where job_id = $1
     ), gone as (
       delete from search_chunks using present
       where search_chunks.id = present.id and (present.hash, present.nth) not in (select hash, nth from wanted)
     ), moved as (
       update search_chunks c set position = w.position, start_seconds = w."startSeconds", end_seconds = w."endSeconds"
       from wanted w join present using (hash, nth)
       where c.id = present.id
         and (c.position, c.start_seconds, c.end_seconds) is distinct from (w.position, w."startSeconds", w."endSeconds")
     )
     insert into search_chunks (job_id, user_id, position, title, channel, heading, text, start_seconds, end_seconds, language, hash)
     select $1, $2, position, title, channel, heading, text, "startSeconds", "endSeconds", language, hash
     from wanted where (hash, nth) not in (select hash, nth from present)`,
    [job.id, job.user_id, JSON.stringify(chunks)],
  );
  await markIndexed(tx, job.id, true);
}

export async function removeChunks(tx: Queryable, job: { id: string }): Promise<void> {
  await tx.query('delete from search_chunks where job_id = $1', [job.id]);
  await markIndexed(tx, job.id, false);
}

/** A passage as a search shows it. `heading` and `text` have every word that was looked for between marks, maybe several pairs of them. */
export interface FoundPassage {
  id: string;
  job_id: string;
  video_title: string | null;
  url: string;
  channel: string | null;
  heading: string | null;
  text: string;
  start_seconds: number | null;
  end_seconds: number | null;
}

/** A word is found in any of its forms (`mareas` is `mar` in Spanish, `marea` in English), so it is marked in any of them. */
function marked(column: string): string {
  const every = ['simple', 'en', 'es'].reduceRight(
    (text, configuration) => `ts_headline('public.destila_${configuration}', ${text}, $2::tsquery, $3)`,
    column,
  );
  return `case when $2::tsquery is null then ${column} else ${every} end`;
}

/** Those of the passages that the person of the transaction may see. `words`: a tsquery; null marks nothing. */
export function readPassages(
  tx: Queryable,
  ids: readonly string[],
  words: string | null,
  mark: { open: string; close: string },
): Promise<FoundPassage[]> {
  // Passages first: without statistics, as in the embedded database, Postgres would read all of the person's for each job.
  return tx.query<FoundPassage>(
    `with found as materialized (select * from search_chunks where id = any($1))
     select c.id, c.job_id, j.video_title, j.url, c.channel, ${marked('c.heading')} as heading, c.start_seconds, c.end_seconds,
       ${marked('c.text')} as text
     from found c join processing_jobs j on j.id = c.job_id and j.deleted_at is null`,
    [ids, words, `HighlightAll=true, StartSel=${mark.open}, StopSel=${mark.close}`],
  );
}

/** What the indexed notes of the transaction's person can be filtered by. */
export async function searchChoices(tx: Queryable): Promise<SearchChoices> {
  const tags = await tx.query<{ tag: string }>(
    `select tag from processing_jobs, jsonb_array_elements_text(ai_tags) as tag
     where indexed_at is not null and deleted_at is null group by tag order by count(*) desc, tag limit 200`,
  );
  const channels = await tx.query<{ channel: string }>(
    `select c.channel from processing_jobs j join search_chunks c on c.job_id = j.id and c.position = 0
     where j.indexed_at is not null and j.deleted_at is null and c.channel is not null
     group by c.channel order by count(*) desc, c.channel limit 200`,
  );
  return { tags: tags.map(({ tag }) => tag), channels: channels.map(({ channel }) => channel) };
}

/** How many notes of the transaction's person search finds. */
export async function countIndexed(tx: Queryable): Promise<number> {
  const [row] = await tx.query<{ notes: number }>(
    'select count(*)::int as notes from processing_jobs where indexed_at is not null and deleted_at is null',
  );
  return row?.notes ?? 0;
}

async function markIndexed(tx: Queryable, jobId: string, indexed: boolean): Promise<void> {
  await tx.query(
    `update processing_jobs set
       indexed_at = case when $2 then clock_timestamp() end, indexed_version = case when $2 then version end,
       updated_at = clock_timestamp()
     where id = $1`,
    [jobId, indexed],
  );
  await tx.query(`select queue.record(j, $2) from processing_jobs j where id = $1`, [
    jobId,
    indexed ? 'indexed' : 'unindexed',
  ]);
}
