import type { JobOptions, JobStep, ProcessingJob, ProgressDetail, StageName, SummaryFacts } from '@destila/contracts';
import type { Queryable } from '../database/database.ts';
import { UNFINISHED_JOB_COLUMNS } from '../database/jobs.ts';

/** How long a claim lasts, and how it is kept alive. */
export interface LeaseTimes {
  /** A worker that has not been heard of for so long has lost its jobs. */
  leaseSeconds: number;
  /** Milliseconds between two heartbeats of a worker that has no progress to write. */
  heartbeatMs: number;
  /** Milliseconds without a heartbeat that reached the database, after which a worker stops by itself, before its lease ends. */
  selfAbortMs: number;
}

export const LEASE: LeaseTimes = { leaseSeconds: 90, heartbeatMs: 15_000, selfAbortMs: 75_000 };
/** Leases that run out in a row at one stage before its job counts as what kills its workers. */
export const CRASH_LIMIT = 5;

export interface QueueOptions {
  lease?: LeaseTimes;
  crashLimit?: number;
}

/** A job in a worker's hands. `claim_token` is the fencing token that every later verb names. */
export interface ClaimedJob extends ProcessingJob {
  claim_token: number;
  stage: StageName;
  /** Failed tries of this stage before this one. */
  attempts: number;
  /** For how long rate limits have been putting the job off, by the database's clock; 0 while none is. */
  snoozed_seconds: number;
  /** Monotonic milliseconds of this process as it asked for the claim; the lease began no sooner. */
  asked_at: number;
}

export interface Beat {
  job: string;
  token: number;
  /** Per cent of the whole way. */
  progress: number;
  step: JobStep | null;
  detail: ProgressDetail | null;
}

/** What a heartbeat finds of a claim: still held, or why it is not. */
export type ClaimFate = 'held' | 'cancelled' | 'deleted' | 'lost';

/** What a stage found out, for the job's own columns; absent ones stay as they are. */
export type StageColumns = Partial<
  Pick<
    ProcessingJob,
    | 'video_title'
    | 'video_thumbnail'
    | 'video_duration'
    | 'source_language'
    | 'transcription'
    | 'summary_markdown'
    | 'key_points'
    | 'ai_tags'
  > & { summarized_by: string; summary_facts: SummaryFacts }
>;

export interface NewJob {
  userId: string;
  url: string;
  sourceKey: string;
  customPrompt?: string | null | undefined;
  outputLanguage?: string | null | undefined;
  title?: string | null | undefined;
  options?: JobOptions | undefined;
  force?: boolean | undefined;
}

const CLAIMED_COLUMNS = `${UNFINISHED_JOB_COLUMNS}, claim_token, stage, attempts, snoozed_seconds`;

export type Queue = ReturnType<typeof createQueue>;

/**
 * The queue's verbs: each is one SQL function of the schema `queue` (supabase/migrations/…_queue.sql), where the rules stand.
 * The verbs of a worker answer false, or nothing, when its claim is not live any more; it must then stop and write nothing.
 * `onChange` hears the id of every job whose status a verb has changed in this process.
 */
export function createQueue(
  database: Queryable,
  onChange: (jobId: string) => void = () => {},
  { lease = LEASE, crashLimit = CRASH_LIMIT }: QueueOptions = {},
) {
  /** Calls a function that answers whether it did something. */
  async function verb(name: string, jobId: string, ...rest: unknown[]): Promise<boolean> {
    const slots = [jobId, ...rest].map((_, index) => `$${index + 1}`).join(', ');
    const [row] = await database.query<{ done: boolean }>(`select queue.${name}(${slots}) as done`, [jobId, ...rest]);
    if (row?.done) onChange(jobId);
    return row?.done ?? false;
  }

  async function claimed(sql: string, parameters: unknown[]): Promise<ClaimedJob | null> {
    const asked_at = performance.now();
    const [job] = await database.query<Omit<ClaimedJob, 'asked_at'>>(sql, parameters);
    if (!job) return null;
    onChange(job.id);
    return { ...job, asked_at };
  }

  return {
    lease,
    /** `created` is false when the source is already in the queue; the id is then that job's. */
    async enqueue(job: NewJob): Promise<{ jobId: string; created: boolean }> {
      const [row] = await database.query<{ job_id: string; created: boolean }>(
        'select job_id, created from queue.enqueue($1, $2, $3, $4, $5, $6, $7, $8)',
        [
          job.userId,
          job.url,
          job.sourceKey,
          job.customPrompt ?? null,
          job.outputLanguage ?? null,
          job.title ?? null,
          job.force ?? false,
          JSON.stringify(job.options ?? {}),
        ],
      );
      if (!row) throw new Error('queue.enqueue gave no row');
      if (row.created) onChange(row.job_id);
      return { jobId: row.job_id, created: row.created };
    },
    cancel: (jobId: string, userId: string) => verb('cancel', jobId, userId),
    retry: (jobId: string, userId: string) => verb('retry', jobId, userId),
    moveToFront: (jobId: string, userId: string) => verb('move_to_front', jobId, userId),
    delete: (jobId: string, userId: string) => verb('delete', jobId, userId),
    restore: (jobId: string, userId: string) => verb('restore', jobId, userId),
    purgeDeleted: () =>
      database.query<{ job_id: string; url: string }>('select job_id, url from queue.purge_deleted()'),

    /** The next job for a stage, fair among users; null when none is waiting. */
    claim: (workerId: string, stage: StageName) =>
      claimed(`select ${CLAIMED_COLUMNS} from queue.claim($1, $2, make_interval(secs => $3), $4)`, [
        workerId,
        stage,
        lease.leaseSeconds,
        crashLimit,
      ]),
    /** That very job; null when it is not waiting. */
    claimJob: (workerId: string, jobId: string) =>
      claimed(`select ${CLAIMED_COLUMNS} from queue.claim_job($1, $2, make_interval(secs => $3))`, [
        workerId,
        jobId,
        lease.leaseSeconds,
      ]),

    /** Prolongs all of a worker's claims and writes their progress. */
    async heartbeat(workerId: string, beats: readonly Beat[]): Promise<Map<string, ClaimFate>> {
      const rows = await database.query<{ job_id: string; fate: ClaimFate }>(
        'select job_id, fate from queue.heartbeat($1, $2, make_interval(secs => $3))',
        [workerId, JSON.stringify(beats), lease.leaseSeconds],
      );
      return new Map(rows.map((row) => [row.job_id, row.fate]));
    },
    /** Keeps a finished part of the stage for the next claim, should this one not come to the end. */
    async keepPart(job: ClaimedJob, key: string, output: object): Promise<boolean> {
      const [row] = await database.query<{ kept: boolean }>('select queue.keep_part($1, $2, $3, $4) as kept', [
        job.id,
        job.claim_token,
        key,
        storableJson(output),
      ]);
      return row?.kept ?? false;
    },
    completeStage: (job: ClaimedJob, output: object, columns: StageColumns) =>
      verb('complete_stage', job.id, job.claim_token, storableJson(output), storableJson(columns)),
    /** Ends a try: again in `retryInSeconds`, or, with null, never. A snooze costs no attempt. */
    fail: (job: ClaimedJob, code: string, message: string, retryInSeconds: number | null, costsAttempt: boolean) =>
      verb(
        'fail',
        job.id,
        job.claim_token,
        code,
        message,
        retryInSeconds === null ? null : `${retryInSeconds} seconds`,
        costsAttempt,
      ),
    release: (job: ClaimedJob) => verb('release', job.id, job.claim_token),
    setPaused: async (paused: boolean): Promise<void> => {
      await database.query('select queue.set_paused($1)', [paused]);
    },
    /** Answers whether there is such a worker. */
    async setWorkerPaused(workerId: string, paused: boolean): Promise<boolean> {
      const [row] = await database.query<{ known: boolean }>('select queue.set_worker_paused($1, $2) as known', [
        workerId,
        paused,
      ]);
      return row?.known ?? false;
    },
    /** A worker's sign of life. */
    async workerSeen(workerId: string, worker: { host: string; pid: number; slots: Record<StageName, number> }) {
      const { host, pid, slots } = worker;
      await database.query('select queue.worker_seen($1, $2, $3, $4)', [workerId, host, pid, JSON.stringify(slots)]);
    },
    workerGone: async (workerId: string): Promise<void> => {
      await database.query('select queue.worker_gone($1)', [workerId]);
    },

    /** For the embedded database, whose one process has just started: nobody can be holding a job. */
    async rescueAll(): Promise<number> {
      const [row] = await database.query<{ rescued: number }>('select queue.rescue_crashed_jobs(true, $1) as rescued', [
        crashLimit,
      ]);
      return row?.rescued ?? 0;
    },
  };
}

/** Titles and captions of the outside may hold a NUL or half a surrogate pair, which Postgres takes in no text and no JSON. */
export function storableJson(value: object): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? part.replaceAll('\0', '\ufffd').toWellFormed() : part,
  );
}
