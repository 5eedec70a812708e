import type { Contender } from './contender.ts';

/** The share of the jobs that is not counted, while workers start. */
const WARM_UP = 0.1;

/** How many jobs a second are worked off, of a backlog that is added first. */
export async function measureThroughput(contender: Contender, jobs: number): Promise<number> {
  await contender.addMany(jobs);
  const first = Math.ceil(jobs * WARM_UP);
  const done = Promise.withResolvers<void>();
  let count = 0;
  let from = 0;
  await using _workers = await contender.workOff(() => {
    count += 1;
    if (count === first) from = performance.now();
    if (count === jobs) done.resolve();
  });
  await done.promise;
  return ((jobs - first) * 1000) / (performance.now() - from);
}
