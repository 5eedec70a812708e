import { parseArgs } from 'node:util';
import { machine, table } from './measure/report.ts';
import { median, percentile } from './measure/statistics.ts';
import { measureBloat } from './queue/bloat.ts';
import { openBullMq } from './queue/bullmq.ts';
import { measureClaimTime } from './queue/claim-time.ts';
import { type Contender, WORKERS } from './queue/contender.ts';
import { openDestila } from './queue/destila.ts';
import { measureFairness } from './queue/fairness.ts';
import { openGraphileWorker, openGraphileWorkerInBatches } from './queue/graphile-worker.ts';
import { measureLatency } from './queue/latency.ts';
import { measureMakespan } from './queue/makespan.ts';
import { openPgBoss } from './queue/pg-boss.ts';
import { measureThroughput } from './queue/throughput.ts';

// The queue beside its peers: all in one run, on one PostgreSQL 18 (BullMQ on Redis), with as many workers each.

const FULL = {
  rounds: 3,
  latencyJobs: 200,
  throughputJobs: 5_000,
  claims: 400,
  backlog: 1_000_000,
  newcomers: 60,
  othersJobs: 10_000,
  bloatJobs: 100_000,
  makespanJobs: 60,
  makespanWork: 500,
};
const SMALL: typeof FULL = {
  rounds: 2,
  latencyJobs: 50,
  throughputJobs: 1_000,
  claims: 100,
  backlog: 20_000,
  newcomers: 10,
  othersJobs: 1_000,
  bloatJobs: 1_000,
  makespanJobs: 15,
  makespanWork: 200,
};

const PARTS = {
  peers: comparePeers,
  claim: reportClaimTime,
  fairness: reportFairness,
  bloat: reportBloat,
  makespan: reportMakespan,
};

const { values, positionals } = parseArgs({
  options: { small: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const sizes = values.small ? SMALL : FULL;
console.log(machine());
for (const [name, report] of Object.entries(PARTS)) {
  if (positionals.length === 0 || positionals.includes(name)) await report();
}
process.exit(0);

/** Each in turn, several times over, so that what else the machine does troubles all alike. */
async function comparePeers(): Promise<void> {
  const contenders = await openAll();
  const latencies = new Map(contenders.map(({ name }) => [name, [] as number[][]]));
  const rates = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < sizes.rounds; round++) {
    for (const contender of contenders) {
      latencies.get(contender.name)?.push(await measureLatency(contender, sizes.latencyJobs));
      rates.get(contender.name)?.push(await measureThroughput(contender, sizes.throughputJobs));
    }
  }
  for (const contender of contenders) await contender[Symbol.asyncDispose]();
  const rows = contenders.map(({ name }) => {
    const rounds = latencies.get(name) ?? [];
    const share = (p: number) => median(rounds.map((round) => percentile(round, p))).toFixed(1);
    const perSecond = rates.get(name) ?? [];
    return [
      name,
      share(50),
      share(99),
      ...[median(perSecond), Math.min(...perSecond), Math.max(...perSecond)].map(whole),
    ];
  });
  print(
    `added → started on an idle queue, and a backlog worked off; ${WORKERS} workers, medians of ${sizes.rounds} rounds`,
    ['', 'latency p50, ms', 'p99, ms', 'jobs/s', 'least', 'most'],
    rows,
  );
}

async function openAll(): Promise<Contender[]> {
  const bullMq = await openBullMq();
  if (!bullMq) console.log('\nBullMQ is left out: there is no redis-server on this machine.');
  return [
    await openDestila(),
    await openGraphileWorker(),
    await openGraphileWorkerInBatches(),
    await openPgBoss(),
    ...(bullMq ? [bullMq] : []),
  ];
}

async function reportClaimTime(): Promise<void> {
  const { backlog, claims } = sizes;
  const backlogs = [
    { jobs: backlog / 1_000, users: 100 },
    { jobs: backlog / 10, users: 100 },
    { jobs: backlog, users: 100 },
    { jobs: backlog / 10, users: 1 },
    { jobs: backlog / 10, users: backlog / 100 },
  ];
  const times = await measureClaimTime(backlogs, claims);
  const [first = Number.NaN] = times;
  print(
    `time of a claim, median of ${claims}`,
    ['waiting', 'users', 'claim, ms', 'ratio to the first'],
    backlogs.map(({ jobs, users }, index) => {
      const time = times[index] ?? Number.NaN;
      return [whole(jobs), whole(users), time.toFixed(2), (time / first).toFixed(2)];
    }),
  );
}

async function reportFairness(): Promise<void> {
  const { idle, besideBacklog } = await measureFairness(sizes.newcomers, sizes.othersJobs);
  print(
    `turnaround of people with one job each, median of ${sizes.newcomers}; ${WORKERS} workers`,
    ['idle, ms', `beside one with ${whole(sizes.othersJobs)} waiting, ms`, 'ratio'],
    [[whole(idle), whole(besideBacklog), (besideBacklog / idle).toFixed(2)]],
  );
}

async function reportBloat(): Promise<void> {
  const { before, after, vacuumed, deadTuples, hotShare } = await measureBloat(sizes.bloatJobs);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  print(
    `the table after ${whole(sizes.bloatJobs)} jobs of one stage with 5 heartbeats each`,
    ['all waiting, MB', 'all done, MB', 'after vacuum, MB', 'dead rows', 'heartbeats that are HOT'],
    [[megabytes(before), megabytes(after), megabytes(vacuumed), whole(deadTuples), `${(hotShare * 100).toFixed(1)} %`]],
  );
}

async function reportMakespan(): Promise<void> {
  const { took, bound } = await measureMakespan(sizes.makespanJobs, sizes.makespanWork);
  print(
    `${sizes.makespanJobs} jobs of three stages, transcribing ${sizes.makespanWork} ms each, one at a time`,
    ['took, s', 'bound, s', 'ratio'],
    [[(took / 1000).toFixed(2), (bound / 1000).toFixed(2), (took / bound).toFixed(3)]],
  );
}

function print(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}\n\n${table(head, rows)}`);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
