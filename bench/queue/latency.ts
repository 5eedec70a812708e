import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from './contender.ts';

/** So many jobs until everything is compiled, connected and listening. */
const WARM_UP = 20;
/** Milliseconds between two jobs, so that every worker is waiting again. */
const PAUSE = 25;
const DEADLINE = 10_000;

/** Milliseconds from the call that adds a job to its beginning, on a queue with nothing else to do. */
export async function measureLatency(contender: Contender, jobs: number): Promise<number[]> {
  let started = () => {};
  await using _workers = await contender.waitForJobs(() => started());
  const latencies: number[] = [];
  for (let n = 0; n < WARM_UP + jobs; n++) {
    await sleep(PAUSE);
    const begun = performance.now();
    const start = Promise.withResolvers<void>();
    started = start.resolve;
    await contender.add();
    await Promise.race([start.promise, overdue()]);
    latencies.push(performance.now() - begun);
  }
  return latencies.slice(WARM_UP);
}

async function overdue(): Promise<void> {
  await sleep(DEADLINE, undefined, { ref: false });
}
