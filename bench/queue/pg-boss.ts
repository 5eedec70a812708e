import { PgBoss } from 'pg-boss';
import { type Contender, loops, WORKERS } from './contender.ts';
import { emptyDatabase } from './databases.ts';

const QUEUE = 'noop';

/**
 * A worker of pg-boss that runs one job at a time waits for its next poll after each, unless it has been notified meanwhile; so
 * a backlog is worked off with `fetch` and `complete`, as its documentation has it for workers of one's own.
 */
export async function openPgBoss(): Promise<Contender> {
  const connectionString = await emptyDatabase();
  const boss = await start(connectionString);
  await boss.createQueue(QUEUE, { notify: true });
  return {
    name: 'pg-boss',
    add: () => boss.send(QUEUE, {}),
    async addMany(count) {
      await boss.insert(
        QUEUE,
        Array.from({ length: count }, () => ({ data: {} })),
      );
      await boss.getDb().executeSql('vacuum analyze');
    },
    async waitForJobs(onStart) {
      const worker = await start(connectionString);
      await worker.work(QUEUE, { localConcurrency: WORKERS }, async () => onStart());
      return { [Symbol.asyncDispose]: () => worker.stop() };
    },
    async workOff(onStart) {
      const worker = await start(connectionString);
      const working = loops(async () => {
        const [job] = await worker.fetch(QUEUE);
        if (!job) return false;
        onStart();
        await worker.complete(QUEUE, job.id);
        return true;
      });
      return {
        async [Symbol.asyncDispose]() {
          await working[Symbol.asyncDispose]();
          await worker.stop();
        },
      };
    },
    [Symbol.asyncDispose]: () => boss.stop(),
  };
}

async function start(connectionString: string): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString, useListenNotify: true });
  boss.on('error', console.error);
  await boss.start();
  return boss;
}
