import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue } from '../../apps/api-bun/src/queue/queue.ts';
import { median } from '../measure/statistics.ts';
import { WORKERS } from './contender.ts';
import { migratedDatabase } from './databases.ts';
import { addUsers, addWaiting, connect, startProcessor } from './destila.ts';
import { scriptedStages } from './scripted-stages.ts';

/** Milliseconds that a newcomer's job takes; those of the one with the backlog take from half to one and a half of it. */
const WORK = 200;

export interface Turnaround {
  /** Milliseconds from adding a job to its being done, the median. */
  idle: number;
  besideBacklog: number;
}

/** How long people with one job each wait for it: when nobody else does, and when one has `backlog` jobs waiting. */
export async function measureFairness(newcomers: number, backlog: number): Promise<Turnaround> {
  const url = await migratedDatabase();
  const database = connect(url);
  const [hog = '', ...users] = await addUsers(database, 1 + newcomers);
  const done = new Map<string, () => void>();
  const stages = scriptedStages(async ({ job }) => {
    await sleep(job.user_id === hog ? WORK * (0.5 + Math.random()) : WORK);
    done.get(job.id)?.();
  });
  await using _processor = await startProcessor(url, { downloading: WORKERS, transcribing: 0, summarizing: 0 }, stages);
  const turnaround = async (userId: string, run: string) => {
    await sleep(WORK * Math.random());
    const source = `https://example.com/${run}`;
    const begun = performance.now();
    const { jobId } = await createQueue(database).enqueue({ userId, url: source, sourceKey: source });
    await new Promise<void>((resolve) => done.set(jobId, resolve));
    return performance.now() - begun;
  };
  const allTurnarounds = async (run: string) => {
    const times: number[] = [];
    for (const user of users) times.push(await turnaround(user, run));
    return median(times);
  };
  const idle = await allTurnarounds('idle');
  await addWaiting(database, [hog], backlog);
  const besideBacklog = await allTurnarounds('beside a backlog');
  await database.close();
  return { idle, besideBacklog };
}
