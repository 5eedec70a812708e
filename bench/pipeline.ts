import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STAGES } from '@destila/contracts';
import { enqueueJob } from '../apps/api-bun/src/application/enqueue-job.ts';
import { indexJob } from '../apps/api-bun/src/application/index-job.ts';
import { ownJob } from '../apps/api-bun/src/application/own-job.ts';
import { saveJob } from '../apps/api-bun/src/application/save-job.ts';
import { searchLibrary } from '../apps/api-bun/src/application/search-library.ts';
import type { Services } from '../apps/api-bun/src/application/services.ts';
import { composeDestila } from '../apps/api-bun/src/compose.ts';
import { readConfig } from '../apps/api-bun/src/config.ts';
import { LOCAL_USER } from '../apps/api-bun/src/database/users.ts';
import { createLogger } from '../apps/api-bun/src/logger.ts';
import { startMediaSite } from '../tests/fakes/media-site.ts';
import { timeInChildren, watchChildren } from './measure/children.ts';
import { machine, table } from './measure/report.ts';
import { median, spread } from './measure/statistics.ts';

// The sample, from a web site on this machine, through the whole way: how long each step takes, and how much of it is ours.

const RUNS = 20;
const SAMPLE = 'la-luna-y-las-mareas.mp4';
const WORD_OF_THE_TRANSCRIPT = 'gravitación';
const DEADLINE = 60_000;

/** Milliseconds. */
interface Cost {
  wall: number;
  /** In which ffmpeg or ffprobe ran. */
  programs: number;
  /** Processor time of our process, all its threads. */
  cpu: number;
}
type Run = Record<string, Cost>;

const children = watchChildren();
const dataDir = await mkdtemp(join(tmpdir(), 'destila-bench-'));
const site = await startMediaSite({ root: join(import.meta.dir, '../examples') });
const { PATH, HOME } = process.env;
const config = readConfig({ PATH, HOME, DATA_DIR: dataDir, ALLOW_PRIVATE_NETWORK: 'on', LLM: 'extractive' });
const { services, processor, stop } = await composeDestila(
  config,
  createLogger('info', { file: join(dataDir, 'destila.log') }),
);
try {
  processor.start();
  const first = await goTheWay(services);
  const runs: Run[] = [];
  while (runs.length < RUNS) runs.push(await goTheWay(services));
  print(first, runs);
} finally {
  await stop();
  await site.close();
  await rm(dataDir, { recursive: true, force: true });
}
process.exit(0);

async function goTheWay(services: Services): Promise<Run> {
  const begun = moment();
  const stages = timeStages(services);
  const job = await enqueueJob(services, LOCAL_USER, { url: `${site.url}/${SAMPLE}`, force: true });
  const added = moment();
  const timed = await stages;
  if ((await ownJob(services, LOCAL_USER, job.id)).status !== 'ready') throw new Error('the job did not become ready');
  const ready = moment();
  await saveJob(services, LOCAL_USER, job.id);
  const saved = moment();
  await indexJob(services, LOCAL_USER, job.id);
  const indexed = moment();
  const { hits } = await searchLibrary(services, LOCAL_USER, {
    q: WORD_OF_THE_TRANSCRIPT,
    limit: 50,
    by: 'words',
  });
  const found = moment();
  if (!hits.some((hit) => hit.job_id === job.id)) throw new Error('the note was not found again');
  return {
    add: between(begun, added),
    ...timed,
    save: between(ready, saved),
    index: between(saved, indexed),
    search: between(indexed, found),
    'whole way': between(begun, found),
  };
}

/** The one job there is changes when it is added, and at the beginning and the end of each stage. */
async function timeStages({ events }: Services): Promise<Run> {
  const moments: Moment[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const deadline = setTimeout(() => reject(new Error('the job did not get through its stages')), DEADLINE);
  const stopListening = events.onChanged(() => {
    if (moments.push(moment()) === 1 + 2 * STAGES.length) resolve();
  });
  await promise.finally(() => {
    clearTimeout(deadline);
    stopListening();
  });
  const steps = moments.slice(1).map((end, index) => between(moments[index] ?? end, end));
  return {
    'waiting for a worker': steps.filter((_, index) => index % 2 === 0).reduce(sum),
    ...Object.fromEntries(steps.filter((_, index) => index % 2 === 1).map((cost, index) => [`${STAGES[index]}`, cost])),
  };
}

interface Moment {
  /** Milliseconds since 1970. */
  at: number;
  /** Milliseconds of processor time so far. */
  cpu: number;
}

function moment(): Moment {
  const { user, system } = process.cpuUsage();
  return { at: performance.timeOrigin + performance.now(), cpu: (user + system) / 1000 };
}

function between(from: Moment, to: Moment): Cost {
  return { wall: to.at - from.at, programs: timeInChildren(children, from.at, to.at), cpu: to.cpu - from.cpu };
}

function sum(a: Cost, b: Cost): Cost {
  return { wall: a.wall + b.wall, programs: a.programs + b.programs, cpu: a.cpu + b.cpu };
}

function print(first: Run, runs: readonly Run[]): void {
  const rows = Object.entries(first).map(([step, once]) => {
    const costs = runs.map((run) => run[step] ?? once);
    return [
      step,
      once.wall.toFixed(0),
      ...spread(costs.map(({ wall }) => wall)),
      median(costs.map(({ programs }) => programs)).toFixed(0),
      median(costs.map(({ wall, programs }) => wall - programs)).toFixed(0),
      median(costs.map(({ cpu }) => cpu)).toFixed(0),
    ];
  });
  console.log(`${machine()}\n${SAMPLE}, ${RUNS} times after the first; milliseconds\n`);
  console.log(table(['step', 'first', 'median', 'least', 'most', 'ffmpeg', 'ours', 'our CPU'], rows));
}
