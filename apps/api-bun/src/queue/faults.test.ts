import { afterAll, beforeAll, beforeEach, expect, setSystemTime, test } from 'bun:test';
import { addUser, describeOn, freshDatabase, QUEUE_DATABASES } from '../../../../tests/databases.ts';
import type { Database } from '../database/database.ts';
import { createQueue, type Queue } from './queue.ts';

/** Faults that well-known queues have had, and that no other test of this one would show. */
describeOn(QUEUE_DATABASES, 'the queue', (kind) => {
  let database: Database;
  let queue: Queue;
  let user: string;

  beforeAll(async () => {
    database = await freshDatabase(kind);
    queue = createQueue(database);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.query('delete from auth.users');
    user = await addUser(database);
  });

  const enqueue = async (sourceKey: string) =>
    (await queue.enqueue({ userId: user, url: 'https://example.com/', sourceKey })).jobId;

  test('a job that has been running for a day is not rescued while its worker is heard of', async () => {
    const id = await enqueue('long');
    const job = await queue.claim('worker-1', 'downloading');
    await database.query(
      `update processing_jobs set claimed_at = now() - interval '1 day', started_at = now() - interval '1 day',
        updated_at = now() - interval '1 day' where id = $1`,
      [id],
    );
    expect(await queue.claim('worker-2', 'downloading')).toBeNull();
    expect(job && (await queue.completeStage(job, {}, {}))).toBe(true);
  });

  // `where id in (select … limit n for update skip locked)` runs its subquery again for every row of a nested loop.
  test('what has a limit keeps to it, whichever way the planner joins', async () => {
    for (let n = 0; n < 150; n++) await enqueue(String(n));
    await database.query("update processing_jobs set parked = true, run_at = now() - interval '1 minute'");
    await database.transaction(async (tx) => {
      for (const way of ['hashjoin', 'mergejoin', 'hashagg', 'sort', 'material', 'indexscan', 'bitmapscan']) {
        await tx.query(`set local enable_${way} = off`);
      }
      await tx.query('discard plans');
      await tx.query('select queue.unpark_due_jobs()');
      expect(await tx.query('select count(*)::int from processing_jobs where not parked')).toEqual([{ count: 100 }]);
      await createQueue({ ...database, query: tx.query }).claim('worker-1', 'downloading');
      expect(await tx.query('select count(*)::int from processing_jobs where worker_id is not null')).toEqual([
        { count: 1 },
      ]);
    });
  });

  test('nobody but the server may call any of its functions or see its tables', async () => {
    const open = await database.query(
      `select role, proname from pg_proc, unnest(array['public', 'anon', 'authenticated']) as role
        where pronamespace = 'queue'::regnamespace and has_function_privilege(role, pg_proc.oid, 'execute')
      union all
      select role, relname from pg_class, unnest(array['public', 'anon', 'authenticated']) as role
        where relnamespace = 'queue'::regnamespace and relkind in ('r', 'v') and has_table_privilege(role, pg_class.oid, 'select')
      union all
      select role, nspname from pg_namespace, unnest(array['public', 'anon', 'authenticated']) as role
        where nspname = 'queue' and has_schema_privilege(role, 'queue', 'usage')`,
    );
    expect(open).toEqual([]);
  });
});

// The embedded database has its process's clock; there is no other.
describeOn(['postgres', 'pgbouncer'], 'a worker’s wrong clock', (kind) => {
  test('neither shortens nor prolongs a lease, nor a job’s wait', async () => {
    const database = await freshDatabase(kind);
    const queue = createQueue(database);
    const user = await addUser(database);
    const [leased, parked] = await Promise.all(
      ['leased', 'parked'].map((sourceKey) => queue.enqueue({ userId: user, url: 'https://example.com/', sourceKey })),
    );
    try {
      for (const year of ['2001', '2099']) {
        setSystemTime(new Date(`${year}-01-01`));
        const held = await queue.claimJob('worker-1', leased?.jobId ?? '');
        const failing = await queue.claimJob('worker-1', parked?.jobId ?? '');
        if (!held || !failing) throw new Error('the jobs were waiting');
        expect(await secondsLeft(database)).toEqual([90, 90]);
        await queue.heartbeat('worker-1', [
          { job: held.id, token: held.claim_token, progress: 10, step: null, detail: null },
        ]);
        await queue.fail(failing, 'network', 'away', 60, true);
        expect(await secondsLeft(database)).toEqual([60, 90]);
        await queue.release(held);
        await queue.cancel(failing.id, user);
        await queue.retry(failing.id, user);
      }
    } finally {
      setSystemTime();
      await database.close();
    }
  });
});

/** Of each job, seconds until its lease ends or, unheld, until its next try; to the nearest ten. */
async function secondsLeft(database: Database): Promise<number[]> {
  const rows = await database.query<{ seconds: number }>(
    `select 10 * round(extract(epoch from coalesce(lease_expires_at, run_at) - clock_timestamp()) / 10)::float8 as seconds
      from processing_jobs order by seconds`,
  );
  return rows.map((row) => row.seconds);
}
