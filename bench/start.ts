import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processingJobSchema } from '@destila/contracts';
import { freePort } from '../tests/free-port.ts';
import { usageOfTree } from './measure/process-tree.ts';
import { machine, table } from './measure/report.ts';
import { spread } from './measure/statistics.ts';

// `bun run start`, from the key press to the first answer, with an empty data folder and with one that is there already;
// and what it takes of memory: when nothing has happened yet, and after a job.

const RUNS = 5;
const REST = 10_000;
const DEADLINE = 60_000;
const SECOND = 1000;
const MB = 1_000_000;
const ROOT = join(import.meta.dir, '..');
const SAMPLE = join(ROOT, 'examples/la-luna-y-las-mareas.mp4');

/** Milliseconds and bytes, of the whole process tree. */
interface Start {
  answered: number;
  cpu: number;
  /** The most on the way to the first answer. */
  peak: number;
  atRest: number;
  afterJob: number;
}

if (process.platform !== 'linux') throw new Error('this benchmark reads /proc, which only Linux has');
const firstEver: Start[] = [];
const warm: Start[] = [];
while (firstEver.length < RUNS) {
  const dataDir = await mkdtemp(join(tmpdir(), 'destila-bench-'));
  try {
    firstEver.push(await startOnce(dataDir));
    warm.push(await startOnce(dataDir));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
console.log(`${machine()}\n${RUNS} runs\n`);
console.log(table(['', 'median', 'least', 'most'], [...rows('first-ever', firstEver), ...rows('warm', warm)]));

async function startOnce(dataDir: string): Promise<Start> {
  const port = freePort();
  const { PATH, HOME } = process.env;
  const started = performance.now();
  const child = Bun.spawn([process.execPath, 'run', '--silent', 'start'], {
    cwd: ROOT,
    env: { PATH, HOME, DATA_DIR: dataDir, PORT: String(port), LLM: 'extractive' },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  try {
    const api = `http://localhost:${port}/api`;
    await firstAnswer(`${api}/jobs`);
    const answered = performance.now() - started;
    const { cpu, peak } = await usageOfTree(child.pid);
    await Bun.sleep(REST);
    const { rss: atRest } = await usageOfTree(child.pid);
    const job = await processSample(api);
    await Bun.sleep(REST);
    const { rss: afterJob } = await usageOfTree(child.pid);
    // The next start uploads the same file, which the library would know.
    await fetch(job, { method: 'DELETE' });
    return { answered, cpu, peak, atRest, afterJob };
  } finally {
    child.kill('SIGTERM');
    await child.exited;
  }
}

/** The library's list: it comes from the database. */
async function firstAnswer(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(DEADLINE);
  while (
    !(await fetch(url, { signal: deadline }).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    deadline.throwIfAborted();
    await Bun.sleep(10);
  }
}

/** Answers with the job's address. */
async function processSample(api: string): Promise<string> {
  const upload = await fetch(`${api}/jobs/upload?filename=sample.mp4`, { method: 'POST', body: Bun.file(SAMPLE) });
  const job = `${api}/jobs/${processingJobSchema.parse(await upload.json()).id}`;
  await becomesReady(job);
  return job;
}

async function becomesReady(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(DEADLINE);
  for (;;) {
    const { status } = processingJobSchema.parse(await (await fetch(url, { signal: deadline })).json());
    if (status === 'ready') return;
    if (status === 'failed') throw new Error('the job failed');
    await Bun.sleep(100);
  }
}

function rows(name: string, starts: readonly Start[]): string[][] {
  const row = (what: string, values: number[], unit: number, digits: number) => [
    `${name}: ${what}`,
    ...spread(
      values.map((value) => value / unit),
      digits,
    ),
  ];
  const column = (key: keyof Start) => starts.map((start) => start[key]);
  return [
    row('start to first answer, s', column('answered'), SECOND, 2),
    row('processor time until then, s', column('cpu'), SECOND, 2),
    row('most memory until then, MB', column('peak'), MB, 0),
    row(`memory ${REST / SECOND} s later, MB`, column('atRest'), MB, 0),
    row(`memory ${REST / SECOND} s after a job, MB`, column('afterJob'), MB, 0),
  ];
}
