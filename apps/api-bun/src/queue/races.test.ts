import { afterAll, beforeAll, expect, test } from 'bun:test';
import { addUser, describeOn, freshDatabase } from '../../../../tests/databases.ts';
import type { Database, Queryable } from '../database/database.ts';
import { type ClaimedJob, createQueue, type Queue } from './queue.ts';

/** What two people or workers may do to one job at the same moment. Each answers what its caller is told. */
const VERBS = {
  claim: async ({ queue }: Actor) => (await queue.claim('worker-2', 'downloading'))?.claim_token ?? null,
  'claim of that job': async ({ queue }: Actor, { id }: Scene) =>
    (await queue.claimJob('worker-2', id))?.claim_token ?? null,
  heartbeat: async ({ queue }: Actor, { id, claim }: Scene) => {
    const beat = { job: id, token: claim.claim_token, progress: 20, step: null, detail: null };
    return (await queue.heartbeat('worker-1', [beat])).get(id);
  },
  complete: ({ queue }: Actor, { claim }: Scene) => queue.completeStage(claim, { by: claim.claim_token }, {}),
  'fail for good': ({ queue }: Actor, { claim }: Scene) => queue.fail(claim, 'no_speech', 'silence', null, true),
  'fail for now': ({ queue }: Actor, { claim }: Scene) => queue.fail(claim, 'network', 'away', 3600, true),
  release: ({ queue }: Actor, { claim }: Scene) => queue.release(claim),
  cancel: ({ queue }: Actor, { id, owner }: Scene) => queue.cancel(id, owner),
  retry: ({ queue }: Actor, { id, owner }: Scene) => queue.retry(id, owner),
  'move to front': ({ queue }: Actor, { id, owner }: Scene) => queue.moveToFront(id, owner),
  delete: ({ queue }: Actor, { id, owner }: Scene) => queue.delete(id, owner),
  restore: ({ queue }: Actor, { id, owner }: Scene) => queue.restore(id, owner),
  purge: async ({ queue }: Actor) => (await queue.purgeDeleted()).length,
  'enqueue the same': async ({ queue }: Actor, { owner }: Scene) => (await enqueue(queue, owner)).created,
};
type Verb = keyof typeof VERBS;

/** The states a job can be met in, and the verbs that do something there. */
const SCENES: Record<
  string,
  { verbs: Verb[]; prepare: (queue: Queue, scene: Scene, sql: Queryable) => Promise<unknown> }
> = {
  'a waiting job': {
    verbs: ['claim', 'claim of that job', 'cancel', 'delete', 'move to front', 'enqueue the same'],
    prepare: (queue, { claim }) => queue.release(claim),
  },
  'a running job': {
    verbs: [
      'claim',
      'claim of that job',
      'heartbeat',
      'complete',
      'fail for good',
      'fail for now',
      'release',
      'cancel',
      'delete',
    ],
    prepare: async () => {},
  },
  'a job whose lease ran out': {
    verbs: ['claim', 'claim of that job', 'heartbeat', 'complete', 'fail for good', 'release', 'cancel', 'delete'],
    prepare: (_, { id }, sql) =>
      sql.query("update processing_jobs set lease_expires_at = clock_timestamp() - interval '1 second' where id = $1", [
        id,
      ]),
  },
  'a job whose next try is due': {
    verbs: ['claim', 'claim of that job', 'cancel', 'delete', 'move to front'],
    prepare: async (queue, { id, claim }, sql) => {
      await queue.fail(claim, 'network', 'away', 3600, true);
      await sql.query("update processing_jobs set run_at = clock_timestamp() - interval '1 second' where id = $1", [
        id,
      ]);
    },
  },
  'a failed job': {
    verbs: ['claim', 'retry', 'delete', 'enqueue the same'],
    prepare: (queue, { claim }) => queue.fail(claim, 'no_speech', 'silence', null, true),
  },
  'a job deleted long ago': {
    verbs: ['claim', 'restore', 'purge', 'enqueue the same'],
    prepare: async (queue, { id, owner }, sql) => {
      await queue.delete(id, owner);
      await sql.query("update processing_jobs set deleted_at = now() - interval '8 days' where id = $1", [id]);
    },
  },
};

interface Pair {
  scene: string;
  first: Verb;
  second: Verb;
}

const PAIRS = Object.entries(SCENES).flatMap(([scene, { verbs }]) =>
  verbs.flatMap((first) => verbs.map((second): Pair => ({ scene, first, second }))),
);
const AS_THE_LEASE_ENDS = (
  ['heartbeat', 'complete', 'fail for good', 'fail for now', 'release', 'cancel', 'delete'] as const
).map((first): Pair => ({ scene: 'a running job', first, second: 'claim' }));

/** A job, its owner and the claim that worker-1 was given of it. */
interface Scene {
  owner: string;
  id: string;
  claim: ClaimedJob;
}
interface Actor {
  queue: Queue;
}
/** What each of the two was told, and what stands in the database afterwards. */
interface Outcome {
  first: unknown;
  second: unknown;
  rows: object[];
}

describeOn(['postgres', 'pgbouncer'], 'two at once', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await freshDatabase(kind);
  });
  afterAll(() => database.close());

  test.each(PAIRS)('$scene: $second while $first is under way ends as one after the other', async (pair) => {
    const allowed = [await oneThenTwo(database, pair), await twoThenOne(database, pair)];
    if (isClaim(pair.second)) allowed.push(await passedOver(database, pair));
    expect(allowed).toContainEqual(await atOnce(database, pair, await makeScene(database, pair.scene)));
  });

  test.each(AS_THE_LEASE_ENDS)(
    '$second finds nothing of a job to rescue while $first, begun in time, is under way',
    async (pair) => {
      const allowed = [await oneThenTwo(database, pair), await passedOver(database, pair)];
      const scene = await makeScene(database, pair.scene);
      const [lease] = await database.query<{ end: string }>(
        `update processing_jobs set lease_expires_at = clock_timestamp() + interval '400 ms' where id = $1
        returning lease_expires_at::text as end`,
        [scene.id],
      );
      const untilLeaseEnds = async (tx: Queryable) => {
        await tx.query('select pg_sleep(extract(epoch from $1::timestamptz - clock_timestamp()) + 0.01)', [lease?.end]);
      };
      expect(allowed).toContainEqual(await atOnce(database, pair, scene, untilLeaseEnds));
    },
  );

  test('a rescuer that looked before a heartbeat was written leaves that job alone', async () => {
    await database.query('delete from auth.users');
    const owner = await addUser(database);
    const queue = createQueue(database);
    for (let n = 0; n < 20; n++) await enqueue(queue, owner, String(n));
    for (let n = 0; n < 20; n++) await queue.claim('worker-1', 'downloading');
    await database.query("update processing_jobs set lease_expires_at = clock_timestamp() - interval '1 second'");

    const { claimed, spared } = await database.transaction(async (tx) => {
      // Holds the rescuer up at the first of its jobs, whose history it cannot write; it has locked only some of them yet.
      await tx.script('lock table job_events in share mode');
      const claimed = { promise: queue.claim('worker-2', 'summarizing') };
      while (!(await somebodyWaits(database))) await Bun.sleep(1);
      const [spared] = await database.query<{ id: string }>(
        `with free as (select id from processing_jobs limit 1 for update skip locked)
          update processing_jobs j set lease_expires_at = clock_timestamp() + interval '90 s' from free where j.id = free.id
          returning j.id`,
      );
      return { claimed, spared };
    });
    await claimed.promise;
    if (!spared) throw new Error('the rescuer had locked them all');
    expect(
      await database.query('select id from processing_jobs where worker_id is not null and crash_count = 0'),
    ).toEqual([spared]);
  });
});

async function oneThenTwo(database: Database, { scene: name, ...pair }: Pair): Promise<Outcome> {
  const scene = await makeScene(database, name);
  const actor = { queue: createQueue(database) };
  const first = await VERBS[pair.first](actor, scene);
  return { first, second: await VERBS[pair.second](actor, scene), rows: await rowsOf(database) };
}

async function twoThenOne(database: Database, { scene, first, second }: Pair): Promise<Outcome> {
  const outcome = await oneThenTwo(database, { scene, first: second, second: first });
  return { ...outcome, first: outcome.second, second: outcome.first };
}

/** A claim does not wait for a job that somebody is at: the next one will see it. */
async function passedOver(database: Database, { scene: name, first }: Pair): Promise<Outcome> {
  const scene = await makeScene(database, name);
  return {
    first: await VERBS[first]({ queue: createQueue(database) }, scene),
    second: null,
    rows: await rowsOf(database),
  };
}

function isClaim(verb: Verb): boolean {
  return verb === 'claim' || verb === 'claim of that job';
}

/** Runs the first in a transaction that stays open until the second waits for it, or has ended without waiting. */
async function atOnce(
  database: Database,
  pair: Pair,
  scene: Scene,
  between: (tx: Queryable) => Promise<void> = async () => {},
): Promise<Outcome> {
  const { first, secondEnds } = await database.transaction(async (tx) => {
    const first = await VERBS[pair.first]({ queue: createQueue({ ...database, query: tx.query }) }, scene);
    await between(tx);
    let ended = false;
    const secondEnds = VERBS[pair.second]({ queue: createQueue(database) }, scene).finally(() => {
      ended = true;
    });
    while (!ended && !(await somebodyWaits(database))) await Bun.sleep(1);
    return { first, secondEnds: { promise: secondEnds } };
  });
  return { first, second: await secondEnds.promise, rows: await rowsOf(database) };
}

async function somebodyWaits(database: Database): Promise<boolean> {
  const waiting = await database.query(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return waiting.length > 0;
}

async function makeScene(database: Database, name: string): Promise<Scene> {
  const queue = createQueue(database);
  await database.query('delete from auth.users');
  const owner = await addUser(database);
  const { jobId: id } = await enqueue(queue, owner);
  const claim = await queue.claimJob('worker-1', id);
  if (!claim) throw new Error('nobody else is there to hold it');
  const scene = { owner, id, claim };
  await SCENES[name]?.prepare(queue, scene, database);
  return scene;
}

function enqueue(queue: Queue, userId: string, sourceKey = 'the same') {
  return queue.enqueue({ userId, url: 'https://example.com/', sourceKey });
}

/** Everything that must be equal whichever way things went; not ids and times. */
function rowsOf(database: Database): Promise<object[]> {
  return database.query(`
    select status, failed_stage, progress, claim_token, worker_id, lease_expires_at > clock_timestamp() as live, parked,
      deleted_at is not null as deleted, priority > 0 as in_front, attempts, crash_count, retry_count, error_code, error_message,
      (select jsonb_object_agg(stage, output) from job_checkpoints where job_id = j.id) as checkpoints,
      (select jsonb_agg(concat_ws(' ', kind, stage) order by kind, stage) from job_events where job_id = j.id) as history
    from processing_jobs j order by status, claim_token`);
}
