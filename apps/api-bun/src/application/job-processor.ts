import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DestilaError, type ProcessingJob, STAGES, type StageName } from '@destila/contracts';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { keepThumbnail } from '../database/thumbnails.ts';
import type { ClaimedJob, Queue } from '../queue/queue.ts';
import { judge } from '../queue/retry-policy.ts';
import type { StageContext } from '../stages/stage.ts';
import { ClaimEnded, ClaimKeeper, type HeldClaim } from './claim-keeper.ts';
import type { JobEvents } from './job-events.ts';
import { runStage, type Stages } from './pipeline.ts';

/** Milliseconds between two looks at the queue, which wake-ups make unnecessary most of the time. */
const POLL = { least: 1_000, most: 2_000 };
/** Milliseconds that a stage is given to end after it was told to; one that does not is left to itself. */
const GRACE = 10_000;
/** Milliseconds to wait after the database could not be asked. */
const DATABASE_AWAY = 5_000;

export interface JobProcessorOptions {
  database: Database;
  queue: Queue;
  stages: Stages;
  events: JobEvents;
  logger: Logger;
  workerId: string;
  /** How many jobs may be in each stage at once. */
  slots: Record<StageName, number>;
  /** Where each claim gets a folder of its own. */
  workRoot: string;
}

/**
 * Works the queue off: every slot of every stage claims, runs one stage, writes its checkpoint and lets go, so that stages
 * of different jobs overlap. Any number of processors, on any number of machines, share a queue.
 */
export class JobProcessor {
  readonly #options: JobProcessorOptions;
  readonly #keeper: ClaimKeeper;
  readonly #stopping = new AbortController();
  readonly #wakeUp = new EventTarget();
  #unsubscribe: () => void = () => {};
  #slots: Promise<void>[] = [];

  constructor(options: JobProcessorOptions) {
    this.#options = options;
    this.#keeper = new ClaimKeeper(options.queue, options.workerId, options.events.progressed, options.logger);
  }

  start(): void {
    this.#keeper.start();
    this.#unsubscribe = this.#options.events.onChanged(() => this.#wakeUp.dispatchEvent(new Event('wake')));
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
  getNextPendingJob(stage: StageName = 'downloading'): Promise<(ProcessingJob & ClaimedJob) | null> {
    return this.#options.queue.claim(this.#options.workerId, stage);
  }

  /** Stops a job that this process is running, ahead of the heartbeat that would say so. */
  interrupt(jobId: string, fate: 'cancelled' | 'deleted'): void {
    this.#keeper.interrupt(jobId, fate);
  }

  async #workOff(stage: StageName): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        const job = await this.getNextPendingJob(stage);
        if (job) await this.#process(job);
        else await this.#wait(POLL.least + Math.random() * (POLL.most - POLL.least));
      } catch (error) {
        this.#options.logger.error({ err: error, stage }, 'the queue could not be asked');
        await this.#wait(DATABASE_AWAY);
      }
    }
  }

  /** Runs one stage of a claimed job, whatever comes of it. */
  async #process(job: ClaimedJob): Promise<void> {
    const logger = this.#options.logger.child({ job: job.id, claim: job.claim_token, stage: job.stage });
    const workDir = join(this.#options.workRoot, `${job.id}-${job.claim_token}`);
    const startedAt = performance.now();
    using claim = this.#keeper.hold(job);
    if (this.#stopping.signal.aborted) this.#keeper.interrupt(job.id, 'stopping');
    try {
      await mkdir(workDir, { recursive: true });
      const stage = runStage(this.#options.stages, this.#options.database, job, this.#context(job, claim, workDir));
      const { output, columns } = await Promise.race([stage, overdue(claim.signal)]);
      const written = await this.#options.queue.completeStage(job, output, columns);
      if (written) logger.info({ seconds: (performance.now() - startedAt) / 1000 }, 'stage done');
      else logger.warn('stage done, but the lease was lost: its output is dropped');
    } catch (error) {
      await this.#giveUp(job, claim.signal.aborted ? claim.signal.reason : error, logger);
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  }

  #context(job: ClaimedJob, claim: HeldClaim, workDir: string): StageContext {
    return {
      job,
      workDir,
      signal: claim.signal,
      report: claim.report,
      keepThumbnail: (jpeg) => keepThumbnail(this.#options.database, job, jpeg),
    };
  }

  async #giveUp(job: ClaimedJob, error: unknown, logger: Logger): Promise<void> {
    if (error instanceof ClaimEnded) {
      logger.info({ fate: error.fate }, 'stage stopped');
      if (error.fate === 'stopping') await this.#options.queue.release(job);
      return;
    }
    const verdict = judge(error, job);
    logger.warn(
      { err: error, ...verdict },
      verdict.retryInSeconds === null ? 'stage failed' : 'stage failed, will retry',
    );
    await this.#options.queue.fail(job, verdict.code, verdict.message, verdict.retryInSeconds, verdict.costsAttempt);
  }

  /** Resolves after so many milliseconds, or sooner when the queue has changed or the processor stops. */
  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wakeUp.removeEventListener('wake', done);
        this.#stopping.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wakeUp.addEventListener('wake', done);
      this.#stopping.signal.addEventListener('abort', done);
      if (this.#stopping.signal.aborted) done();
    });
  }
}

/** Rejects a while after the signal has aborted. */
function overdue(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), GRACE).unref(), { once: true });
  });
}
