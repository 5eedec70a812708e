import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { type Contender, WORKERS } from './contender.ts';
import { emptyDatabase } from './databases.ts';

// https://worker.graphile.org/docs/performance: what it says of batches is measured on its own, since it gives up running one job at a time.

const ONE_AT_A_TIME: GraphileConfig.WorkerOptions = {};
const IN_BATCHES: GraphileConfig.WorkerOptions = {
  localQueue: { size: 500 },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
};
const logger = new Logger(() => () => {});

export function openGraphileWorker(): Promise<Contender> {
  return open('graphile-worker', ONE_AT_A_TIME);
}

export function openGraphileWorkerInBatches(): Promise<Contender> {
  return open('graphile-worker, in batches', IN_BATCHES);
}

async function open(name: string, options: GraphileConfig.WorkerOptions): Promise<Contender> {
  const connectionString = await emptyDatabase();
  const utils = await makeWorkerUtils({ connectionString, logger });
  await utils.migrate();
  const work = async (onStart: () => void) => {
    const runner = await run({
      preset: { worker: { connectionString, concurrentJobs: WORKERS, maxPoolSize: WORKERS + 2, ...options } },
      taskList: { noop: async () => onStart() },
      noHandleSignals: true,
      logger,
    });
    return { [Symbol.asyncDispose]: () => runner.stop() };
  };
  return {
    name,
    add: () => utils.addJob('noop', {}),
    async addMany(count) {
      await utils.addJobs(Array.from({ length: count }, () => ({ identifier: 'noop', payload: {} })));
      await utils.withPgClient((client) => client.query('vacuum analyze'));
    },
    waitForJobs: work,
    workOff: work,
    async [Symbol.asyncDispose]() {
      await utils.release();
    },
  };
}
