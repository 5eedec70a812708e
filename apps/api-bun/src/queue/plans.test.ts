import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import pg from 'pg';
import { z } from 'zod';
import { freshPostgresUrl } from '../../../../tests/databases.ts';
import { type ClaimedJob, createQueue, type Queue } from './queue.ts';

const USERS = 500;
const WAITING_EACH = 100;
const PARKED_EACH = 4;
const RUNNING = 20;

/** The statements of a claim that look for jobs, known by words of theirs, and the indexes they must use. */
const STATEMENTS = [
  { does: 'calls up the jobs that are due', words: 'with due as', indexes: ['jobs_parked', 'processing_jobs_pkey'] },
  { does: 'looks for ended leases', words: '(p_all or', indexes: ['jobs_leased'] },
  { does: 'goes from user to user', words: 'user_id > v_last', indexes: ['jobs_waiting'] },
  { does: 'compares users', words: 'user_id = waiting_user', indexes: ['jobs_leased'] },
  { does: 'picks the job', words: 'user_id = v_user', indexes: ['jobs_waiting'] },
  { does: 'takes it', words: 'claim_token = claim_token + 1', indexes: ['processing_jobs_pkey'] },
];
/** One look at each of 16 users, the running jobs twice, and a few. */
const ROWS_OF_A_CLAIM = 16 + 2 * RUNNING + 10;

describe('while 50,000 jobs of 500 people wait and 2,000 are put off', () => {
  let client: pg.Client;
  let queue: Queue;
  let running: ClaimedJob[];

  beforeAll(async () => {
    client = new pg.Client(await freshPostgresUrl());
    await client.connect();
    const query = async <Row extends object>(sql: string, parameters: readonly unknown[] = []) =>
      (await client.query<Row>(sql, [...parameters])).rows;
    queue = createQueue({ query });
    await fill(client);
    // On this one connection, often enough for the functions' statements to be planned once and for all.
    running = [];
    for (let n = 0; n < RUNNING; n++) {
      const job = await queue.claim('worker-1', 'downloading');
      if (job) running.push(job);
    }
    await client.query('vacuum analyze processing_jobs');
  });
  afterAll(() => client.end());

  test('a claim finds its job by the indexes meant for it, and touches a handful of rows', async () => {
    const looks = await looksAtJobs(client, () => queue.claim('worker-1', 'downloading'));
    const used = STATEMENTS.map(({ does, words }) => ({
      does,
      indexes: [...new Set(looks.filter(({ sql }) => sql.includes(words)).map((look) => look.index))].sort(),
    }));
    expect(used).toEqual(STATEMENTS.map(({ does, indexes }) => ({ does, indexes: indexes.sort() })));
    expect(looks.filter((look) => look.index === 'none')).toEqual([]);
    expect(looks.reduce((rows, look) => rows + look.rows, 0)).toBeLessThan(ROWS_OF_A_CLAIM);
  });

  test('a claim for a stage that nothing waits for touches no more', async () => {
    const looks = await looksAtJobs(client, () => queue.claim('worker-1', 'summarizing'));
    expect(looks.filter((look) => look.index === 'none')).toEqual([]);
    expect(looks.reduce((rows, look) => rows + look.rows, 0)).toBeLessThan(ROWS_OF_A_CLAIM);
  });

  test('heartbeats touch no index: their updates are HOT', async () => {
    const before = await updates(client);
    for (let n = 0; n < 50; n++) {
      const beats = running.map((job) => ({ job: job.id, token: job.claim_token, progress: 10 + Math.floor(n / 3) }));
      await queue.heartbeat(
        'worker-1',
        beats.map((beat) => ({ ...beat, step: 'fetching_media', detail: null })),
      );
    }
    const after = await updates(client);
    expect(after.all - before.all).toBe(50 * RUNNING);
    expect((after.hot - before.hot) / (after.all - before.all)).toBeGreaterThanOrEqual(0.99);
  });
});

async function fill(client: pg.Client): Promise<void> {
  await client.query('insert into auth.users (id) select gen_random_uuid() from generate_series(1, $1)', [USERS]);
  await client.query(
    `insert into processing_jobs (user_id, url, source_key, parked, run_at)
      select id, 'https://example.com/', n, n > $1, now() + case when n > $1 then interval '1 hour' else '0' end
      from auth.users, generate_series(1, $1::int + $2::int) as n`,
    [WAITING_EACH, PARKED_EACH],
  );
  await client.query('vacuum analyze processing_jobs');
}

const planNode = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Actual Rows': z.number(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().default(0),
  get Plans() {
    return z.array(planNode).default([]);
  },
});
type PlanNode = z.infer<typeof planNode>;
const explained = z.object({ 'Query Text': z.string(), Plan: planNode });

/** A scan of the jobs' table, by which index, and how many rows it touched. */
interface Look {
  sql: string;
  index: string;
  rows: number;
}

/** What the statements inside the functions called by `act` really did, told by auto_explain. */
async function looksAtJobs(client: pg.Client, act: () => Promise<unknown>): Promise<Look[]> {
  const looks: Look[] = [];
  const listen = ({ message = '' }: { message?: string | undefined }) => {
    const { 'Query Text': sql, Plan } = explained.parse(JSON.parse(message.slice(message.indexOf('{'))));
    looks.push(...scansOf(Plan).map((scan) => ({ sql, ...scan })));
  };
  await client.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on;
    set auto_explain.log_nested_statements = on; set auto_explain.log_format = json; set auto_explain.log_level = notice`);
  client.on('notice', listen);
  await act();
  client.off('notice', listen);
  await client.query('set auto_explain.log_min_duration = -1');
  return looks;
}

function scansOf(node: PlanNode): Omit<Look, 'sql'>[] {
  // Nodes that write or lock name the table too; a bitmap scan has its index in a node below it.
  const isScan = node['Node Type'].endsWith('Scan') && node['Relation Name'] === 'processing_jobs';
  const index = [node, ...node.Plans].find((one) => one['Index Name'])?.['Index Name'] ?? 'none';
  const rows = (node['Actual Rows'] + node['Rows Removed by Filter']) * node['Actual Loops'];
  return [...(isScan ? [{ index, rows }] : []), ...node.Plans.flatMap(scansOf)];
}

async function updates(client: pg.Client): Promise<{ all: number; hot: number }> {
  await client.query('select pg_stat_force_next_flush()');
  const { rows } = await client.query<{ all: number; hot: number }>(
    `select n_tup_upd::int as all, n_tup_hot_upd::int as hot from pg_stat_user_tables where relname = 'processing_jobs'`,
  );
  return rows[0] ?? { all: 0, hot: 0 };
}
