import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programEnvironment } from '../apps/api-bun/src/config.ts';
import { findMediaPrograms } from '../apps/api-bun/src/media/media-programs.ts';
import { usageOfPrograms } from './measure/process-tree.ts';
import { machine, table } from './measure/report.ts';
import { makeTalks } from './media/talks.ts';
import { type StepCost, stepCostSchema } from './media/way.ts';

// A talk of ten minutes and one of four hours, from a web site on this machine, through download, sound and windows, to a
// recogniser that does nothing: what our own process takes of memory and processor time beside ffmpeg's.

const { values } = parseArgs({ options: { small: { type: 'boolean' } } });
const MINUTES = values.small ? [2, 10] : [10, 240];
const MB = 1_000_000;

const { ffmpeg } = await findMediaPrograms({}, programEnvironment());
if (!ffmpeg) throw new Error('ffmpeg is missing');
const folder = await mkdtemp(join(tmpdir(), 'destila-bench-'));
try {
  const talks = await makeTalks(ffmpeg.path, folder, MINUTES);
  using site = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    routes: Object.fromEntries(talks.map(({ name, path }) => [`/${name}`, () => new Response(Bun.file(path))])),
    fetch: () => new Response(null, { status: 404 }),
  });
  const costs: string[][] = [];
  const peaks: string[][] = [];
  for (const { name, minutes, path } of talks) {
    const talk = `${minutes} min, ${(Bun.file(path).size / MB).toFixed(0)} MB`;
    const { steps, programsPeak } = await goTheWay(new URL(name, site.url).href);
    const whole = { ...steps.reduce(sum), step: 'whole way' };
    costs.push(...[...steps.slice(1), whole].map((step) => costOf(talk, step)));
    peaks.push([talk, ...[...steps.map(({ peak }) => peak), programsPeak].map((bytes) => (bytes / MB).toFixed(0))]);
  }
  console.log(`${machine()}\n`);
  console.log(`${table(['processor time', 'wall, s', 'ours, s', "ffmpeg's, s", 'ours of it'], costs)}\n`);
  console.log(table(['most memory, MB', 'before', 'download and sound', 'pauses and windows', 'ffmpeg'], peaks));
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** In a process of its own, whose peak is that of this way alone. */
async function goTheWay(url: string): Promise<{ steps: StepCost[]; programsPeak: number }> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'media/way.ts'), url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let programsPeak = 0;
  const look = async () => {
    programsPeak = Math.max(programsPeak, (await usageOfPrograms(child.pid)).peak);
  };
  const timer = setInterval(look, 200);
  const [said, exitCode] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  clearInterval(timer);
  if (exitCode !== 0) throw new Error(`the way to ${url} ended with ${exitCode}`);
  return { steps: stepCostSchema.array().parse(JSON.parse(said)), programsPeak };
}

function sum(a: StepCost, b: StepCost): StepCost {
  return { ...b, wall: a.wall + b.wall, cpu: a.cpu + b.cpu, programs: a.programs + b.programs };
}

function costOf(talk: string, { step, wall, cpu, programs }: StepCost): string[] {
  const seconds = [wall, cpu, programs].map((milliseconds) => (milliseconds / 1000).toFixed(1));
  return [`${talk}: ${step}`, ...seconds, `${((100 * cpu) / programs).toFixed(1)} %`];
}
