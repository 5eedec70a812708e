import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StageName } from '@destila/contracts';
import { createJobEvents } from '../../apps/api-bun/src/application/job-events.ts';
import { JobProcessor } from '../../apps/api-bun/src/application/job-processor.ts';
import { createMetrics } from '../../apps/api-bun/src/application/metrics.ts';
import type { Stages } from '../../apps/api-bun/src/application/pipeline.ts';
import type { Database, Queryable } from '../../apps/api-bun/src/database/database.ts';
import { listenToJobs } from '../../apps/api-bun/src/database/listen.ts';
import { connectPostgres } from '../../apps/api-bun/src/database/postgres.ts';
import { createLogger } from '../../apps/api-bun/src/logger.ts';
import { createQueue } from '../../apps/api-bun/src/queue/queue.ts';
import { type Contender, loops, WORKERS } from './contender.ts';
import { migratedDatabase } from './databases.ts';
import { scriptedStages } from './scripted-stages.ts';

const USERS = 100;

/** Our queue; a job of one stage is one to be downloaded, by workers that do nothing but download. */
export async function openDestila(): Promise<Contender> {
  const url = await migratedDatabase();
  const database = connect(url);
  const queue = createQueue(database);
  const users = await addUsers(database, USERS);
  let added = 0;
  return {
    name: 'Destila',
    add() {
      const source = `https://example.com/${added++}`;
      return queue.enqueue({ userId: users[added % USERS] ?? '', url: source, sourceKey: source });
    },
    addMany: (count) => addWaiting(database, users, count),
    waitForJobs: (onStart) =>
      startProcessor(url, { downloading: WORKERS, transcribing: 0, summarizing: 0 }, scriptedStages(onStart)),
    async workOff(onStart) {
      const own = connect(url);
      const verbs = createQueue(own);
      const working = loops(async () => {
        const job = await verbs.claim('bench', 'downloading');
        if (!job) return false;
        onStart();
        return verbs.completeStage(job, {}, {});
      });
      return {
        async [Symbol.asyncDispose]() {
          await working[Symbol.asyncDispose]();
          await own.close();
        },
      };
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}

/** Milliseconds; filling a table with a million jobs takes its time. */
const TIMEOUTS = { connect: 10_000, query: 5 * 60_000 };

export function connect(url: string): Database {
  return connectPostgres(url, () => {}, TIMEOUTS);
}

export async function addUsers(db: Queryable, count: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'insert into auth.users (id) select gen_random_uuid() from generate_series(1, $1) returning id',
    [count],
  );
  return rows.map(({ id }) => id);
}

/** Jobs that wait for their first stage, dealt out among the users. */
export async function addWaiting(db: Queryable, users: readonly string[], count: number): Promise<void> {
  await db.query(
    `insert into processing_jobs (user_id, url, source_key)
     select ($1::uuid[])[1 + n % cardinality($1::uuid[])], 'https://example.com/' || n, 'bulk ' || n
     from generate_series(1, $2) n`,
    [users, count],
  );
  await db.query('vacuum analyze processing_jobs');
}

/** The product's own worker, woken by NOTIFY as one on a machine of its own is. */
export async function startProcessor(
  url: string,
  slots: Record<StageName, number>,
  stages: Stages,
): Promise<AsyncDisposable> {
  const database = connect(url);
  const events = createJobEvents();
  const workRoot = join(tmpdir(), `destila-bench-${crypto.randomUUID()}`);
  const listener = listenToJobs(url, events.changed, console.error);
  const processor = new JobProcessor({
    database,
    queue: createQueue(database, events.changed),
    stages,
    events,
    metrics: createMetrics(database),
    slots,
    workRoot,
    workerId: 'bench',
    logger: createLogger('error', 'stderr'),
  });
  processor.start();
  return {
    async [Symbol.asyncDispose]() {
      listener[Symbol.dispose]();
      await processor.stop();
      await database.close();
      await rm(workRoot, { recursive: true, force: true });
    },
  };
}
