import type { Queryable } from '../../apps/api-bun/src/database/database.ts';
import { type ClaimedJob, createQueue, type Queue } from '../../apps/api-bun/src/queue/queue.ts';
import { loops } from './contender.ts';
import { migratedDatabase } from './databases.ts';
import { addUsers, addWaiting, connect } from './destila.ts';

const USERS = 100;
const HEARTBEATS = 5;
/** Jobs that one worker holds at once, as one heartbeat carries them. */
const HELD = 5;

export interface Bloat {
  /** Bytes of the table with its indexes: with every job waiting, at the end, and after a vacuum. */
  before: number;
  after: number;
  vacuumed: number;
  deadTuples: number;
  /** Of the heartbeats' updates, how many touched no index. */
  hotShare: number;
}

/** What claims, heartbeats and checkpoints leave behind, with autovacuum as Postgres comes. */
export async function measureBloat(jobs: number): Promise<Bloat> {
  const database = connect(await migratedDatabase());
  await addWaiting(database, await addUsers(database, USERS), jobs);
  const before = await tableState(database);
  const working = loops(() => workSome(createQueue(database)));
  await working.done;
  // Statistics are flushed by each connection at most once a second.
  await Bun.sleep(2_000);
  await database.query('select pg_stat_force_next_flush()');
  const after = await tableState(database);
  await database.query('vacuum processing_jobs');
  const vacuumed = await tableState(database);
  await database.close();
  return {
    before: before.bytes,
    after: after.bytes,
    vacuumed: vacuumed.bytes,
    deadTuples: after.dead,
    hotShare: after.hot / (jobs * HEARTBEATS),
  };
}

/** A few jobs from claim to checkpoint; false when there are none left. */
async function workSome(queue: Queue): Promise<boolean> {
  const held: ClaimedJob[] = [];
  while (held.length < HELD) {
    const job = await queue.claim('bench', 'downloading');
    if (!job) break;
    held.push(job);
  }
  for (let beat = 1; beat <= HEARTBEATS; beat++) {
    await queue.heartbeat(
      'bench',
      held.map(({ id, claim_token }) => ({
        job: id,
        token: claim_token,
        progress: 10 + beat,
        step: 'fetching_media',
        detail: { unit: 'bytes', done: beat, total: HEARTBEATS, eta_seconds: null },
      })),
    );
  }
  for (const job of held) await queue.completeStage(job, {}, {});
  return held.length === HELD;
}

async function tableState(db: Queryable): Promise<{ bytes: number; dead: number; hot: number }> {
  const [state] = await db.query<{ bytes: number; dead: number; hot: number }>(
    `select pg_total_relation_size('processing_jobs') as bytes, n_dead_tup as dead, n_tup_hot_upd as hot
     from pg_stat_user_tables where relname = 'processing_jobs'`,
  );
  if (!state) throw new Error('there are no statistics of processing_jobs');
  return state;
}
