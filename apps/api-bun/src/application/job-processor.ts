import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DestilaError, type ProcessingJob, STAGES, type StageName } from '@destila/contracts';
import type { Logger } from 'pino';
import { readParts } from '../database/checkpoints.ts';
import { type Database, isDatabaseAway, type Queryable } from '../database/database.ts';
import { keepThumbnail } from '../database/thumbnails.ts';
import type { ClaimedJob, Queue } from '../queue/queue.ts';
import { judge } from '../queue/retry-policy.ts';
import type { StageContext } from '../stages/stage.ts';
import { ClaimEnded, ClaimKeeper, type HeldClaim } from './claim-keeper.ts';
import type { JobEvents } from './job-events.ts';
import type { ProcessorMetrics } from './metrics.ts';
import { runStage, type Stages } from './pipeline.ts';
import { type SummaryDraft, startDraft } from './summary-drafts.ts';
import { registerWorker } from './worker-registry.ts';

/** Milliseconds between two looks at the queue, which wake-ups make unnecessary most of the time. */
const POLL = { least: 1_000, most: 2_000 };
/** Milliseconds that a stage is given to end after it was told to; one that does not is left to itself. */
const GRACE = 10_000;
/** Milliseconds to wait after the database could not be asked: the first time, and at most. */
const DATABASE_AWAY = { first: 500, most: 10_000 };

export interface JobProcessorOptions {
  database: Database;
  queue: Queue;
  stages: Stages;
  events: JobEvents;
  metrics: ProcessorMetrics;
  logger: Logger;
  workerId: string;
  /** How many jobs may be in each stage at once. */
  slots: Record<StageName, number>;
  /** Where each claim gets a folder of its own. */
  workRoot: string;
}

interface StageTools {
  claim: HeldClaim;
  draft: SummaryDraft;
  workDir: string;
  database: Queryable;
}

/**
 * Works the queue off: every slot of every stage claims, runs one stage, writes its checkpoint and lets go, so that stages
 * of different jobs overlap. Any number of processors, on any number of machines, share a queue.
 */
export class JobProcessor {
  readonly #options: JobProcessorOptions;
  readonly #keeper: ClaimKeeper;
  readonly #stopping = new AbortController();
  /** The slots of each stage that found nothing to do, as what wakes them. */
  readonly #idle: Record<StageName, (() => void)[]> = { downloading: [], transcribing: [], summarizing: [] };
  /** How many changes to the queue have been heard of. */
  #changes = 0;
  #unsubscribe: () => void = () => {};
  #registration: Promise<AsyncDisposable> | undefined;
  #slots: Promise<void>[] = [];

  constructor(options: JobProcessorOptions) {
    this.#options = options;
    this.#keeper = new ClaimKeeper(options.queue, options.workerId, options.events.progressed, options.logger);
  }

  start(): void {
    const { queue, workerId, slots, logger } = this.#options;
    this.#keeper.start();
    this.#registration = registerWorker(queue, workerId, slots, logger);
    this.#unsubscribe = this.#options.events.onChanged(() => this.#wakeUp());
    this.#slots = STAGES.flatMap((stage) =>
      Array.from({ length: this.#options.slots[stage] }, () => this.#workOff(stage)),
    );
  }

  /** Stops claiming, aborts what runs and gives it back to the queue; resolves when nothing is held any more. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stopping.abort(new ClaimEnded('stopping'));
    this.#keeper.interruptAll('stopping');
    await Promise.all(this.#slots);
    this.#keeper.stop();
    await (await this.#registration)?.[Symbol.asyncDispose]();
  }

  /**
   * Claims that job and runs the stages it still lacks.
   * @throws {DestilaError} `invalid_state` when it is not waiting: ended, or in another worker's hands.
   */
  async processJob(jobId: string): Promise<void> {
    this.#keeper.start();
    let job = await this.#options.queue.claimJob(this.#options.workerId, jobId);
    if (!job) throw new DestilaError('invalid_state');
    while (job) {
      await this.#process(job);
      if (this.#stopping.signal.aborted) return;
      job = await this.#options.queue.claimJob(this.#options.workerId, jobId);
    }
  }

  /** Claims the next job that waits for a stage; null when there is none. Whoever calls it runs it. */
  async getNextPendingJob(stage: StageName = 'downloading'): Promise<(ProcessingJob & ClaimedJob) | null> {
    const askedAt = performance.now();
    const job = await this.#options.queue.claim(this.#options.workerId, stage);
    this.#options.metrics.claimed((performance.now() - askedAt) / 1000);
    return job;
  }

  /** Stops a job that this process is running, ahead of the heartbeat that would say so. */
  interrupt(jobId: string, fate: 'cancelled' | 'deleted'): void {
    this.#keeper.interrupt(jobId, fate);
  }

  async #workOff(stage: StageName): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        const changes = this.#changes;
        const job = await this.getNextPendingJob(stage);
        failures = 0;
        if (job) await this.#process(job);
        else if (changes === this.#changes) await this.#waitForWork(stage);
      } catch (error) {
        this.#options.logger.error({ err: error, stage }, 'the queue could not be asked');
        await this.#wait(backoff(failures++));
      }
    }
  }

  /** One slot a stage: were all to ask for the one job, it would wait in line with their claims. Whoever gets a job wakes the next. */
  #wakeUp(): void {
    this.#changes += 1;
    for (const stage of STAGES) this.#idle[stage].shift()?.();
  }

  async #waitForWork(stage: StageName): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    this.#idle[stage].push(wake);
    await this.#wait(POLL.least + Math.random() * (POLL.most - POLL.least), woken.signal);
    this.#idle[stage] = this.#idle[stage].filter((other) => other !== wake);
  }

  /** Runs one stage of a claimed job, whatever comes of it. */
  async #process(job: ClaimedJob): Promise<void> {
    const logger = this.#options.logger.child({ job: job.id, claim: job.claim_token, stage: job.stage });
    const workDir = join(this.#options.workRoot, claimFolder(job));
    const startedAt = performance.now();
    using claim = this.#keeper.hold(job);
    using draft = startDraft(this.#options.events, job);
    if (this.#stopping.signal.aborted) this.#keeper.interrupt(job.id, 'stopping');
    try {
      await mkdir(workDir, { recursive: true });
      const database = this.#patient(claim.signal);
      const stage = runStage(
        this.#options.stages,
        database,
        job,
        this.#context(job, { claim, draft, workDir, database }),
      );
      const { output, columns } = await Promise.race([stage, overdue(claim.signal)]);
      const seconds = (performance.now() - startedAt) / 1000;
      const written = await this.#insist(claim.signal, () => this.#options.queue.completeStage(job, output, columns));
      if (!written) throw new ClaimEnded('lost');
      this.#options.metrics.stageDone(job.stage, seconds);
      logger.info({ seconds }, 'stage done');
    } catch (error) {
      await this.#giveUp(job, claim, claim.signal.aborted ? claim.signal.reason : error, logger);
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  }

  #context(job: ClaimedJob, { claim, draft, workDir, database }: StageTools): StageContext {
    return {
      job,
      workDir,
      signal: claim.signal,
      report: claim.report,
      draft: draft.show,
      keepThumbnail: (jpeg) => keepThumbnail(database, job, jpeg),
      parts: {
        read: () => readParts(database, job.id, job.stage),
        keep: async (key, output) => {
          const kept = await this.#insist(claim.signal, () => this.#options.queue.keepPart(job, key, output));
          if (!kept) throw new ClaimEnded('lost');
        },
      },
    };
  }

  async #giveUp(job: ClaimedJob, claim: HeldClaim, error: unknown, logger: Logger): Promise<void> {
    const { queue, metrics } = this.#options;
    if (error instanceof ClaimEnded) {
      logger.info({ fate: error.fate }, 'stage stopped');
      if (error.fate === 'lost') metrics.leaseLost(job.stage);
      if (error.fate === 'stopping') await queue.release(job);
      return;
    }
    const { code, message, retryInSeconds, costsAttempt } = judge(error, job);
    const willRetry = retryInSeconds !== null;
    metrics.stageFailed(job.stage, code, willRetry);
    logger.warn({ err: error, code, retryInSeconds }, willRetry ? 'stage failed, will retry' : 'stage failed');
    await this.#insist(claim.signal, () => queue.fail(job, code, message, retryInSeconds, costsAttempt));
  }

  /** The database for a stage, which an outage holds up but does not fail. */
  #patient(signal: AbortSignal): Queryable {
    return {
      query: (sql, parameters) => this.#insist(signal, () => this.#options.database.query(sql, parameters)),
    };
  }

  /** Asks the database also through an outage, for as long as the claim may still be live. */
  async #insist<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await ask();
      } catch (error) {
        if (signal.aborted || !isDatabaseAway(error)) throw error;
        this.#options.logger.warn({ err: error }, 'the database is away; the stage keeps what it has until it is back');
        await this.#wait(backoff(failures));
      }
    }
  }

  /** Resolves after so many milliseconds, or sooner when the signal aborts or the processor stops. */
  async #wait(milliseconds: number, sooner?: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([this.#stopping.signal, ...(sooner ? [sooner] : [])]);
    await sleep(milliseconds, undefined, { signal }).catch(() => {});
  }
}

/** The name of the folder that a claim works in. */
export function claimFolder({ id, claim_token }: Pick<ClaimedJob, 'id' | 'claim_token'>): string {
  return `${id}-${claim_token}`;
}

/** Rejects a while after the signal has aborted. */
function overdue(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), GRACE).unref(), { once: true });
  });
}

/** Milliseconds before the database is asked again: exponential, with full jitter over the upper half. */
function backoff(failures: number): number {
  const delay = Math.min(DATABASE_AWAY.most, DATABASE_AWAY.first * 2 ** failures);
  return delay / 2 + (delay / 2) * Math.random();
}
