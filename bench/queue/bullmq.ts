import { Queue, Worker } from 'bullmq';
import { type Contender, WORKERS } from './contender.ts';
import { startRedis } from './redis.ts';

const QUEUE = 'noop';

/** Null where there is no Redis. */
export async function openBullMq(): Promise<Contender | null> {
  const redis = await startRedis();
  if (!redis) return null;
  const { port } = redis;
  const queue = new Queue(QUEUE, { connection: { port }, defaultJobOptions: { removeOnComplete: true } });
  const work = async (onStart: () => void) => {
    const worker = new Worker(QUEUE, async () => onStart(), {
      connection: { port, maxRetriesPerRequest: null },
      concurrency: WORKERS,
    });
    await worker.waitUntilReady();
    return { [Symbol.asyncDispose]: () => worker.close() };
  };
  return {
    name: 'BullMQ',
    add: () => queue.add('noop', {}),
    addMany: (count) => queue.addBulk(Array.from({ length: count }, () => ({ name: 'noop', data: {} }))),
    waitForJobs: work,
    workOff: work,
    async [Symbol.asyncDispose]() {
      await queue.close();
      await redis[Symbol.asyncDispose]();
    },
  };
}
