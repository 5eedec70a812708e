import { hostname } from 'node:os';
import type { StageName } from '@destila/contracts';
import type { Logger } from 'pino';
import type { Queue } from '../queue/queue.ts';

/** Milliseconds between two signs of life. */
const SIGN_OF_LIFE = 15_000;

/** Lets others see that this worker lives, until it is disposed of. */
export async function registerWorker(
  queue: Queue,
  workerId: string,
  slots: Record<StageName, number>,
  logger: Logger,
): Promise<AsyncDisposable> {
  const sayAlive = () => queue.workerSeen(workerId, { host: hostname(), pid: process.pid, slots });
  const tell = (promise: Promise<void>) =>
    promise.catch((error: unknown) => logger.warn({ err: error }, 'the worker’s row could not be written'));
  await tell(sayAlive());
  const timer = setInterval(() => void tell(sayAlive()), SIGN_OF_LIFE);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await tell(queue.workerGone(workerId));
    },
  };
}
