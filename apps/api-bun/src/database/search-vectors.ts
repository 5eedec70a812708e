import type { Database, Queryable } from './database.ts';
import type { FoundChunk } from './search-words.ts';

/** Whether this database knows vectors: `supabase/vectors.sql` was applied. */
export async function knowsVectors(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ known: boolean }>(`select to_regclass('search.vectors') is not null as known`);
  return row?.known ?? false;
}

/** What a model reads, and the languages it knows (ISO 639-1; null: any). */
export interface Reader {
  name: string;
  languages: readonly string[] | null;
}

export interface UnreadChunk {
  id: string;
  title: string | null;
  heading: string | null;
  text: string;
}

/** The passages of a job that a model has not read but could. */
export function unreadChunks(
  db: Queryable,
  jobId: string,
  { name, languages }: Reader,
  limit: number | null = null,
): Promise<UnreadChunk[]> {
  return db.query<UnreadChunk>(
    `select c.id, c.title, c.heading, c.text from search_chunks c
     where c.job_id = $1 and ($3::text[] is null or c.language = any($3))
       and not exists (select from search.vectors v where v.chunk_id = c.id and v.model = $2)
     order by c.position limit $4`,
    [jobId, name, languages, limit],
  );
}

/** A person's jobs with passages that a model has not read but could; not those that it failed to within a day, unless `evenFailed`. */
export async function unreadJobs(
  db: Queryable,
  userId: string,
  { name, languages }: Reader,
  { evenFailed } = { evenFailed: false },
): Promise<string[]> {
  const rows = await db.query<{ job_id: string }>(
    `select distinct c.job_id from search_chunks c join processing_jobs j on j.id = c.job_id and j.deleted_at is null
     where c.user_id = $1 and ($3::text[] is null or c.language = any($3))
       and not exists (select from search.vectors v where v.chunk_id = c.id and v.model = $2)
       and ($4 or not exists (
         select from operations o
         where o.job_id = c.job_id and o.kind = 'index' and o.status = 'failed' and o.ended_at > now() - interval '1 day'
       ))`,
    [userId, name, languages, evenFailed],
  );
  return rows.map(({ job_id }) => job_id);
}

export async function peopleWithPassages(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ user_id: string }>(
    'select distinct user_id from processing_jobs where indexed_at is not null and deleted_at is null',
  );
  return rows.map(({ user_id }) => user_id);
}

/** Keeps what a model made of passages, in place of what another had made. */
export async function putVectors(
  database: Database,
  model: string,
  vectors: readonly { id: string; embedding: readonly number[] }[],
): Promise<void> {
  const dimension = vectors[0]?.embedding.length;
  if (dimension === undefined) return;
  const rows = vectors.map(({ id, embedding }) => ({ id, embedding: JSON.stringify(embedding) }));
  await database.query('select search.index_vectors($1)', [dimension]);
  await database.query('select search.put_vectors($1, $2::jsonb)', [model, JSON.stringify(rows)]);
}

/** A model that has read passages of a person. */
export interface KnownModel {
  model: string;
  dimension: number;
  /** How many passages, up to one more than are compared one by one. */
  chunks: number;
}

/**
 * Vectors that are compared one by one, at most: of so many it takes a few milliseconds, and none is missed. That is some
 * thirty hours of video.
 */
const COMPARED = 2_000;

export function knownModels(db: Queryable, userId: string): Promise<KnownModel[]> {
  return db.query<KnownModel>('select model, dimension, chunks from search.models($1, $2)', [userId, COMPARED + 1]);
}

/** The passages that it has read count as unread again. */
export async function forgetVectors(
  db: Queryable,
  userId: string,
  { model, dimension }: Pick<KnownModel, 'model' | 'dimension'>,
): Promise<void> {
  await db.query('delete from search.vectors where (user_id, model, dimension) = ($1, $2, $3)', [
    userId,
    model,
    dimension,
  ]);
}

/** The person's passages nearest to a vector of the same model; nearest first. `jobs`: null for all of them. */
export async function findNearest(
  db: Queryable,
  userId: string,
  { model, dimension, chunks }: KnownModel,
  vector: readonly number[],
  jobs: readonly string[] | null,
  limit: number,
): Promise<(FoundChunk & { distance: number })[]> {
  const areFew = chunks <= COMPARED || (jobs !== null && (await countPassages(db, jobs)) <= COMPARED);
  return db.query<FoundChunk & { distance: number }>(
    'select chunk_id as id, job_id as "jobId", distance from search.nearest($1, $2, $3, $4, $5, $6, $7)',
    [userId, model, dimension, JSON.stringify(vector), jobs, limit, areFew],
  );
}

/** Up to one more than are compared one by one. */
async function countPassages(db: Queryable, jobs: readonly string[]): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from (select from search_chunks where job_id = any($1) limit $2) as counted',
    [jobs, COMPARED + 1],
  );
  return row?.count ?? 0;
}
