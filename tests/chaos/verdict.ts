import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sweepWork } from '../../apps/api-bun/src/application/housekeeping.ts';
import type { Database } from '../../apps/api-bun/src/database/database.ts';
import { MARK } from './settings.ts';

/** What must hold when all is quiet; each statement finds the jobs for which it does not. */
const RULES: readonly [broken: string, sql: string][] = [
  ['is not ready', `select id as job from processing_jobs where status <> 'ready'`],
  ['is still held', 'select id as job from processing_jobs where worker_id is not null'],
  [
    'has not become ready exactly once',
    `select j.id as job from processing_jobs j left join job_revisions r on r.job_id = j.id
     group by j.id having count(r.id) <> 1`,
  ],
  [
    'has a stage that was not done exactly once',
    `select j.id as job
     from processing_jobs j cross join unnest(array['downloading', 'transcribing', 'summarizing']) s (stage)
     left join job_events e on e.job_id = j.id and e.stage = s.stage and e.kind = 'stage_done'
     group by j.id, s.stage having count(e.id) <> 1`,
  ],
  [
    'has a checkpoint that is not of the claim which ended the stage',
    `select e.job_id as job
     from job_events e left join job_checkpoints c on c.job_id = e.job_id and c.stage = e.stage
     where e.kind = 'stage_done' and c.claim_token is distinct from (e.detail ->> 'token')::bigint`,
  ],
  [
    'has an output that another claim made than the one that stored it',
    `select c.job_id as job
     from job_checkpoints c left join job_events e
       on e.job_id = c.job_id and e.kind = 'claimed' and e.detail ->> 'token' = c.claim_token::text
     where (c.output ->> 'claim_token', c.output ->> 'stage', c.output ->> 'worker')
       is distinct from (c.claim_token::text, e.stage, e.detail ->> 'worker')`,
  ],
  [
    'has a stage that was ended by another claim than the last one',
    `select job_id as job from (
       select *, max((detail ->> 'token')::bigint) filter (where kind = 'claimed') over (partition by job_id order by id) as last
       from job_events
     ) history where kind = 'stage_done' and (detail ->> 'token')::bigint <> last`,
  ],
  [
    'has a picture that a claim kept which had ended',
    `select t.job_id as job
     from job_thumbnails t join job_checkpoints c on c.job_id = t.job_id and c.stage = 'downloading'
     where convert_from(t.jpeg, 'UTF8') <> c.claim_token::text`,
  ],
  [
    'was claimed under one token twice, or under one that history does not know',
    `select j.id as job from processing_jobs j join job_events e on e.job_id = j.id and e.kind = 'claimed'
     group by j.id, j.claim_token
     having count(*) <> count(distinct e.detail ->> 'token') or count(*) <> j.claim_token`,
  ],
  [
    'was claimed while it was held, or given up while it was not',
    `select job from (
       select job_id as job, kind = 'claimed' as takes, lag(kind = 'claimed') over (partition by job_id order by id) as took
       from job_events where kind in ('claimed', 'stage_done', 'crashed', 'retry_scheduled', 'released', 'failed')
     ) steps where takes = coalesce(took, false)`,
  ],
];

/** Sentences that say which job breaks which rule. */
export async function inspectJobs(database: Database, expected: number): Promise<string[]> {
  const found = await Promise.all(
    RULES.map(async ([broken, sql]) => {
      const rows = await database.query<{ job: string }>(sql);
      return rows.map(({ job }) => `job ${job} ${broken}`);
    }),
  );
  const [row] = await database.query<{ jobs: number }>('select count(*) as jobs from processing_jobs');
  const lost = row?.jobs === expected ? [] : [`${row?.jobs} jobs instead of ${expected}`];
  return [...lost, ...found.flat()];
}

/**
 * Folders of claims that are left behind although their worker was not killed, or in spite of the sweep that a worker makes as
 * it starts. `swept` counts those of killed workers, which nobody else could tidy up.
 */
export async function inspectWork(
  database: Database,
  dataDirs: readonly string[],
  killed: ReadonlySet<string>,
): Promise<{ violations: string[]; swept: number }> {
  const claims = await database.query<{ folder: string; worker: string }>(
    `select job_id || '-' || (detail ->> 'token') as folder, detail ->> 'worker' as worker
     from job_events where kind = 'claimed'`,
  );
  const workers = new Map(claims.map(({ folder, worker }) => [folder, worker]));
  const left = await foldersIn(dataDirs);
  const ofOthers = left.filter((name) => !killed.has(workers.get(name) ?? ''));
  for (const dataDir of dataDirs) await sweepWork({ database, dataDir });
  const unswept = await foldersIn(dataDirs);
  return {
    violations: [
      ...ofOthers.map(
        (name) => `folder ${name} was left behind by ${workers.get(name) ?? 'nobody'}, which was not killed`,
      ),
      ...unswept.map((name) => `folder ${name} was not swept`),
    ],
    swept: left.length - ofOthers.length,
  };
}

async function foldersIn(dataDirs: readonly string[]): Promise<string[]> {
  return (await Promise.all(dataDirs.map((dataDir) => readdir(join(dataDir, 'work')).catch(() => [])))).flat();
}

/** Processes of the run that are still there; a program whose reader is gone has a second to notice. Linux alone. */
export async function inspectProcesses(mark: string): Promise<string[]> {
  const deadline = performance.now() + 1_000;
  while (true) {
    const left = await processesMarked(mark);
    if (left.length === 0 || performance.now() > deadline) return left.map((name) => `process ${name} was left behind`);
    await Bun.sleep(50);
  }
}

async function processesMarked(mark: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const marked = await Promise.all(
    pids.map(async (pid) => {
      const isOurs = (await read(pid, 'environ')).split('\0').includes(`${MARK}=${mark}`);
      return isOurs ? [`${pid} ${(await read(pid, 'cmdline')).replaceAll('\0', ' ')}`] : [];
    }),
  );
  return marked.flat();
}
