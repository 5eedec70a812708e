import type { Database } from '../../apps/api-bun/src/database/database.ts';
import { createQueue } from '../../apps/api-bun/src/queue/queue.ts';
import { median } from '../measure/statistics.ts';
import { migratedDatabase } from './databases.ts';
import { addUsers, addWaiting, connect } from './destila.ts';

export interface Backlog {
  jobs: number;
  users: number;
}

/** Claims in one go of a backlog, before it is the next one's turn: so what else the machine does troubles all alike. */
const IN_A_ROW = 20;

/** Milliseconds that a claim takes, the median of `claims`, for each backlog. Each claimed job is given back at once. */
export async function measureClaimTime(backlogs: readonly Backlog[], claims: number): Promise<number[]> {
  const databases = await Promise.all(backlogs.map(() => migratedDatabase().then(connect)));
  for (const [index, { jobs, users }] of backlogs.entries()) await fill(databases[index], jobs, users);
  const times: number[][] = backlogs.map(() => []);
  for (let claimed = -IN_A_ROW; claimed < claims; claimed += IN_A_ROW) {
    for (const [index, database] of databases.entries()) {
      const taken = await timeClaims(database);
      // The first round fills caches.
      if (claimed >= 0) times[index]?.push(...taken);
    }
  }
  await Promise.all(databases.map((database) => database.close()));
  return times.map(median);
}

async function fill(database: Database | undefined, jobs: number, users: number): Promise<void> {
  if (database) await addWaiting(database, await addUsers(database, users), jobs);
}

async function timeClaims(database: Database): Promise<number[]> {
  const queue = createQueue(database);
  const times: number[] = [];
  while (times.length < IN_A_ROW) {
    const asked = performance.now();
    const job = await queue.claim('bench', 'downloading');
    times.push(performance.now() - asked);
    if (job) await queue.release(job);
  }
  return times;
}
