import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Database } from '../../apps/api-bun/src/database/database.ts';
import { migrate } from '../../apps/api-bun/src/database/migrate.ts';
import { connectPostgres } from '../../apps/api-bun/src/database/postgres.ts';
import { createQueue } from '../../apps/api-bun/src/queue/queue.ts';
import { startPostgresServer } from '../postgres-server.ts';
import { BadNetwork } from './bad-network.ts';
import { Crew } from './crew.ts';
import { FAULTS, type Fault, injectFaults } from './faults.ts';
import { randomFrom } from './random.ts';
import type { Word } from './settings.ts';
import { inspectJobs, inspectProcesses, inspectWork } from './verdict.ts';

// Four worker processes work a queue off while they, their network and their database are hurt. At the end every job is to be
// ready, each of its stages from one claim, and nothing left over. See `bun run chaos --help`.

const USAGE = `bun run chaos [--seconds 60] [--jobs 300] [--seed N]
  --seconds  how long faults are given
  --jobs     how many jobs are worked off meanwhile
  --seed     gives the same faults again; which work they meet differs from run to run`;

const WORKERS = 4;
const USERS = 10;
/** Jobs are added during this share of the time, so that faults never meet an idle queue. */
const ADDING = 0.8;
/** Milliseconds after the last fault by which every job must be ready: a failed try waits ten seconds and more. */
const QUIET_DEADLINE = 120_000;

/** Violations that are printed; the count says how many there are. */
const SHOWN = 20;

interface Options {
  seconds: number;
  jobs: number;
  seed: number;
}

interface Report extends Options {
  faults: Record<Fault, number>;
  history: Record<string, number>;
  words: readonly Word[];
  foldersSwept: number;
  quietAfterSeconds: number;
  violations: string[];
}

// What was started ends with this process, also when it is interrupted.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
const options = readOptions();
const report = await runChaos(options);
print(report);
process.exit(report.violations.length === 0 ? 0 : 1);

async function runChaos({ seconds, jobs, seed }: Options): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'destila-chaos-'));
  const mark = crypto.randomUUID();
  const server = await startPostgresServer();
  const url = new URL(server.url('postgres'));
  const database = connectPostgres(url.href, () => {});
  await migrate(database);
  const network = new BadNetwork(url.hostname, Number(url.port));
  const databaseUrl = Object.assign(new URL(url), { port: await network.listen() }).href;
  const crew = new Crew({ mark, size: WORKERS, databaseUrl, folder, seed });

  const [faults] = await Promise.all([
    injectFaults({ crew, network, server }, seconds * 1_000, randomFrom(seed)),
    addJobs(database, jobs, seconds * 1_000 * ADDING),
  ]);
  const quietAfterSeconds = await untilQuiet(database);
  await crew.stop();
  const dataDirs = Array.from({ length: WORKERS }, (_, place) => crew.dataDir(place));
  const work = await inspectWork(database, dataDirs, crew.killed);
  const violations = [
    ...crew.violations,
    ...inspectFaults(faults, crew.words),
    ...(await inspectJobs(database, jobs)),
    ...(await inspectProcesses(mark)),
    ...work.violations,
  ];
  const history = await countHistory(database);
  network.close();
  await database.close();
  if (violations.length > 0) console.error(`The workers’ log: ${join(folder, 'workers.log')}`);
  else await rm(folder, { recursive: true });
  return {
    ...{ seconds, jobs, seed, faults, history, words: crew.words, violations, quietAfterSeconds },
    foldersSwept: work.swept,
  };
}

/** A run without every fault, or in which no stale worker tried to write, has shown nothing. */
function inspectFaults(faults: Record<Fault, number>, words: readonly Word[]): string[] {
  return [
    ...FAULTS.filter((fault) => faults[fault] === 0).map((fault) => `no ${fault} was given`),
    ...(words.some(({ said }) => said === 'refused') ? [] : ['no write was refused']),
  ];
}

/** Adds the jobs of all users evenly over that time, however often the database is away. */
async function addJobs(database: Database, jobs: number, milliseconds: number): Promise<void> {
  const queue = createQueue(database);
  const users = Array.from({ length: USERS }, () => crypto.randomUUID());
  for (const id of users)
    await insist(() => database.query('insert into auth.users (id) values ($1) on conflict do nothing', [id]));
  for (let n = 0; n < jobs; n++) {
    const userId = users[n % USERS] ?? '';
    // The same source again is the same job: an answer that got lost does no harm.
    await insist(() => queue.enqueue({ userId, url: `https://example.com/${n}`, sourceKey: String(n) }));
    await Bun.sleep(milliseconds / jobs);
  }
}

async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 100) throw error;
      await Bun.sleep(100);
    }
  }
}

/** Resolves with the seconds it took until no job is unfinished; at the deadline as well: the verdict will name them. */
async function untilQuiet(database: Database): Promise<number> {
  const startedAt = performance.now();
  const isQuiet = async () => {
    const [row] = await database.query<{ quiet: boolean }>(
      'select not exists (select from processing_jobs where stage is not null) as quiet',
    );
    return row?.quiet ?? false;
  };
  while (!(await insist(isQuiet)) && performance.now() - startedAt < QUIET_DEADLINE) await Bun.sleep(250);
  return (performance.now() - startedAt) / 1_000;
}

async function countHistory(database: Database): Promise<Record<string, number>> {
  const rows = await database.query<{ kind: string; events: number }>(
    'select kind, count(*) as events from job_events group by kind',
  );
  return Object.fromEntries(rows.map(({ kind, events }) => [kind, events]));
}

function print(report: Report): void {
  const { history, words } = report;
  const faults = FAULTS.map((fault) => `${fault} ${report.faults[fault]}`);
  const total = FAULTS.reduce((sum, fault) => sum + report.faults[fault], 0);
  const refused = words.flatMap((word) => (word.said === 'refused' ? [word] : []));
  const verbs = [...new Set(refused.map(({ verb }) => verb))].sort();
  const refusals = verbs.map((verb) => `${verb} ${refused.filter((word) => word.verb === verb).length}`);
  console.log(`faults given        ${total} (${faults.join(', ')})
jobs                ${report.jobs}, ${history.stage_done ?? 0} stages done in ${words.length - refused.length} runs, ${history.claimed ?? 0} claims
leases run out      ${history.crashed ?? 0}
tries repeated      ${history.retry_scheduled ?? 0}
writes refused      ${refused.length} (${refusals.join(', ')})
folders swept       ${report.foldersSwept} (of killed workers)
duration            ${report.seconds} s of faults, quiet ${report.quietAfterSeconds.toFixed(1)} s later
seed                ${report.seed}
violations          ${report.violations.length}`);
  for (const violation of report.violations.slice(0, SHOWN)) console.log(`  ${violation}`);
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      jobs: { type: 'string', default: '300' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      help: { type: 'boolean', default: false },
    },
  });
  const [seconds, jobs, seed] = [Number(values.seconds), Number(values.jobs), Number(values.seed)];
  if (!values.help && seconds > 0 && jobs > 0 && Number.isInteger(seed)) return { seconds, jobs, seed };
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}
