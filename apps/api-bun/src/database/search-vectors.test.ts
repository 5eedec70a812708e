import { afterAll, beforeAll, expect, test } from 'bun:test';
import { addUser, freshDatabase } from '../../../../tests/databases.ts';
import type { Database } from './database.ts';
import { findNearest, type KnownModel, knownModels } from './search-vectors.ts';

/** More than are compared one by one. */
const PASSAGES = 2_400;
const OF_A_NOTE = 100;

let database: Database;
let userId: string;
let model: KnownModel;

/** Passages on a circle, the n-th at n parts of it, in notes of a hundred. */
beforeAll(async () => {
  database = await freshDatabase('pglite');
  userId = await addUser(database);
  await database.query(
    `insert into processing_jobs (user_id, url, source_key, status, progress, summary_markdown, completed_at)
     select $1, 'https://example.org/' || n, 'video ' || n, 'ready', 100, '.', now() from generate_series(1, $2) as n`,
    [userId, PASSAGES / OF_A_NOTE],
  );
  await database.query(
    `insert into search_chunks (job_id, user_id, position, text, hash)
     select job.id, $1, n, 'x', n from (select id, row_number() over () - 1 as note from processing_jobs) as job,
       generate_series(note * $2, (note + 1) * $2 - 1) as n`,
    [userId, OF_A_NOTE],
  );
  await database.query('select search.index_vectors(3)');
  await database.query(
    `select search.put_vectors('m', jsonb_agg(jsonb_build_object('id', id, 'embedding', format('[%s, %s, 0]',
       cos(2 * pi() * position / $1), sin(2 * pi() * position / $1))))) from search_chunks`,
    [PASSAGES],
  );
  const [known] = await knownModels(database, userId);
  if (!known) throw new Error('the model is known');
  model = known;
});
afterAll(() => database.close());

async function positions(jobs: readonly string[] | null, limit: number): Promise<number[]> {
  const found = await findNearest(database, userId, model, [1, 0.0001, 0], jobs, limit);
  const rows = await database.query<{ id: string; position: number }>('select id, position from search_chunks');
  const byId = new Map(rows.map(({ id, position }) => [id, position]));
  return found.map(({ id }) => byId.get(id) ?? -1);
}

async function scansOfIndex(): Promise<number> {
  await database.query('select pg_stat_force_next_flush()');
  const [row] = await database.query<{ scans: number }>(
    `select idx_scan::int as scans from pg_stat_user_indexes where indexrelname = 'vectors_3'`,
  );
  return row?.scans ?? 0;
}

test('among many passages the index is asked, though nothing gathers statistics in the embedded database', async () => {
  const before = await scansOfIndex();
  const turns = (await positions(null, 10)).map((position) => Math.cos((2 * Math.PI * position) / PASSAGES));
  expect(turns).toHaveLength(10);
  // As near as half precision can tell.
  expect(Math.min(...turns)).toBeGreaterThan(0.999);
  expect(await scansOfIndex()).toBe(before + 1);
});

test('of the few passages of some notes none is missed, however many others are nearer', async () => {
  const before = await scansOfIndex();
  const [farthest] = await database.query<{ job_id: string }>('select job_id from search_chunks where position = $1', [
    PASSAGES / 2,
  ]);
  const found = await positions([farthest?.job_id ?? ''], OF_A_NOTE);
  expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: OF_A_NOTE }, (_, at) => PASSAGES / 2 + at));
  expect(await scansOfIndex()).toBe(before);
});
