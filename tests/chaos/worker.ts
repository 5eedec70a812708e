import { writeSync } from 'node:fs';
import { createJobEvents } from '../../apps/api-bun/src/application/job-events.ts';
import { JobProcessor } from '../../apps/api-bun/src/application/job-processor.ts';
import { createMetrics } from '../../apps/api-bun/src/application/metrics.ts';
import { connectPostgres } from '../../apps/api-bun/src/database/postgres.ts';
import { createLogger } from '../../apps/api-bun/src/logger.ts';
import { type ClaimedJob, createQueue, type Queue } from '../../apps/api-bun/src/queue/queue.ts';
import { randomFrom } from './random.ts';
import { scriptedStages } from './scripted-stages.ts';
import { CRASH_LIMIT, LEASE, MARK, TIMEOUTS, type Word, workerSettingsSchema } from './settings.ts';

// A worker as `worker.ts` of the API puts it together, but for its stages. An error that nobody catches ends it, which the
// run counts as a violation.

const settings = workerSettingsSchema.parse(JSON.parse(Bun.argv[2] ?? '{}'));
const logger = createLogger('info', { file: settings.logFile }).child({ worker: settings.workerId });
const database = connectPostgres(
  settings.databaseUrl,
  (error) => logger.warn({ err: error }, 'an idle database connection broke'),
  TIMEOUTS,
);
const events = createJobEvents();
const queue = createQueue(database, events.changed, { lease: LEASE, crashLimit: CRASH_LIMIT });
const processor = new JobProcessor({
  database,
  queue: sayingRefusals(queue),
  events,
  metrics: createMetrics(database),
  logger,
  workerId: settings.workerId,
  workRoot: settings.workRoot,
  slots: { downloading: 2, transcribing: 2, summarizing: 2 },
  stages: scriptedStages({
    workerId: settings.workerId,
    random: randomFrom(settings.seed),
    environment: { PATH: process.env.PATH, [MARK]: process.env[MARK] },
    onRun: () => say({ said: 'ran' }),
  }),
});

process.on('SIGTERM', async () => {
  await processor.stop();
  await database.close();
  process.exit(0);
});
processor.start();

/** The queue, telling whoever has started this process which writes were refused. */
function sayingRefusals(queue: Queue): Queue {
  const told = async (verb: string, job: ClaimedJob, answer: Promise<boolean>) => {
    const done = await answer;
    if (!done) say({ said: 'refused', verb, job: job.id, token: job.claim_token });
    return done;
  };
  return {
    ...queue,
    completeStage: (job, ...rest) => told('complete_stage', job, queue.completeStage(job, ...rest)),
    fail: (job, ...rest) => told('fail', job, queue.fail(job, ...rest)),
    release: (job) => told('release', job, queue.release(job)),
    async heartbeat(workerId, beats) {
      const fates = await queue.heartbeat(workerId, beats);
      for (const { job, token } of beats)
        if (fates.get(job) !== 'held') say({ said: 'refused', verb: 'heartbeat', job, token });
      return fates;
    },
  };
}

/** Written at once: the next moment may be this process's last. */
function say(word: Word): void {
  writeSync(1, `${JSON.stringify(word)}\n`);
}
