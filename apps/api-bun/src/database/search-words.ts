import type { SearchFilters, SearchQuery } from '@destila/contracts';
import type { Queryable } from './database.ts';

/** A word that somebody looks for, and where it stands in their passages. */
export interface TypedWord {
  word: string;
  /** As it is looked for: in Spanish, in English, and as it stands. */
  forms: string[];
  /** Said everywhere, in Spanish or in English: `the`, `de`. */
  isCommon: boolean;
  /** How many passages it stands in, in its most frequent form. */
  chunks: number;
  /** How many passages hold a word that begins with it, about. */
  beginning: number;
}

/** The words of a text, in their order. */
export function readTypedWords(db: Queryable, userId: string, text: string): Promise<TypedWord[]> {
  return db.query<TypedWord>(
    `with typed as (
       select lexeme as word, positions[1] as at from unnest(to_tsvector('public.destila_simple', $2)) order by at limit 24
     ), formed as (
       select word, at,
         tsvector_to_array(to_tsvector('public.destila_es', word)) as es,
         tsvector_to_array(to_tsvector('public.destila_en', word)) as en
       from typed
     )
     select word,
       array(select distinct form from unnest(es || en || word) as form order by form) as forms,
       cardinality(es) = 0 or cardinality(en) = 0 as "isCommon",
       (select coalesce(max(w.chunks), 0) from search.words w where w.user_id = $1 and w.word = any(es || en || formed.word)) as chunks,
       (select coalesce(sum(n), 0)::int from (
          select w.chunks as n from search.words w where w.user_id = $1 and w.word >= formed.word and w.word < formed.word || chr(1114111) limit 100
        ) as counted) as beginning
     from formed order by at`,
    [userId, text],
  );
}

/** Words of the person's passages that share three-letter pieces with one, the most alike first. */
export async function readAlikeWords(db: Queryable, userId: string, word: string): Promise<string[]> {
  const rows = await db.query<{ word: string }>('select word from search.alike_words($1, $2) as word', [userId, word]);
  return rows.map((row) => row.word);
}

/** Queries of Postgres' full-text search (tsquery). */
export interface WordsQuery {
  /** Every word. */
  all: string;
  /** Words rare enough that all their passages can be weighed. */
  rare: string;
  /** What each word weighs. */
  weights: readonly { query: string; weight: number }[];
  /** What all words weigh together, those that stand nowhere included. */
  total: number;
  /** Any word: what is marked in the text. */
  any: string;
}

/** A passage that was found, and the job it is of. */
export interface FoundChunk {
  id: string;
  jobId: string;
}

/** `share`: how much of what was asked it says, from 0 to 1. */
export interface FoundByWords extends FoundChunk {
  share: number;
}

/** Passages that are weighed for one search, at most, on either way. */
export const WEIGHED = 300;

/** The person's passages that hold the most of the words, weighed by rareness; best first. `jobs`: null for all of them. */
export async function findByWords(
  db: Queryable,
  userId: string,
  { all, rare, weights, total, any }: WordsQuery,
  jobs: readonly string[] | null,
  limit: number,
): Promise<FoundByWords[]> {
  return db.query<FoundByWords>(
    `with found as (
       (select id from search_chunks c where words @@ $2::tsquery and user_id = $1 and ($6::uuid[] is null or job_id = any($6)) limit $8)
       union
       (select id from search_chunks c where words @@ $3::tsquery and user_id = $1 and ($6::uuid[] is null or job_id = any($6)) limit $8)
     )
     select weighed.id, weighed."jobId", held.weight / $10 as share
     from (
         -- Read from where long values are kept once, not for every word.
         select c.id, c.job_id as "jobId", c.words || '' as words, j.created_at, c.position
         from found join search_chunks c using (id) join processing_jobs j on j.id = c.job_id and j.deleted_at is null
         offset 0
       ) as weighed,
       lateral (
         select coalesce(sum(w.weight), 0) as weight
         from unnest($4::tsquery[], $5::float8[]) as w(query, weight) where weighed.words @@ w.query
       ) as held
     order by held.weight + ts_rank(weighed.words, $7::tsquery) desc, weighed.created_at desc, weighed.position
     limit $9`,
    [
      userId,
      all,
      rare,
      weights.map(({ query }) => query),
      weights.map(({ weight }) => weight),
      jobs,
      any,
      WEIGHED,
      limit,
      total,
    ],
  );
}

/** A query in the way of search engines, with "phrases" and -exclusions, as a tsquery; empty when it holds no word. */
export async function readOperators(db: Queryable, text: string): Promise<string> {
  const [row] = await db.query<{ query: string }>('select search_query($1)::text as query', [text]);
  return row?.query ?? '';
}

/** The person's notes that fit; null where every note does. */
export async function filterJobs(
  db: Queryable,
  userId: string,
  filters: SearchFilters & Pick<SearchQuery, 'time_zone'>,
): Promise<string[] | null> {
  const { category, tag, channel, from, to, time_zone = 'UTC' } = filters;
  if (![category, tag, channel, from, to].some((filter) => filter !== undefined)) return null;
  const rows = await db.query<{ id: string }>(
    `select id from processing_jobs j
     where user_id = $1 and indexed_at is not null and deleted_at is null
       and ($2::uuid is null or category_id = $2)
       and ($3::text is null or ai_tags ? $3)
       and ($4::text is null or exists (select from search_chunks c where c.job_id = j.id and c.channel = $4))
       and ($5::date is null or created_at >= $5::date::timestamp at time zone $7)
       and ($6::date is null or created_at < ($6::date + 1)::timestamp at time zone $7)`,
    [userId, category, tag, channel, from, to, time_zone],
  );
  return rows.map(({ id }) => id);
}
