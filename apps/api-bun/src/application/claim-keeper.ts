import { DestilaError, type JobStep, type ProgressDetail } from '@destila/contracts';
import type { Logger } from 'pino';
import type { Beat, ClaimedJob, ClaimFate, Queue } from '../queue/queue.ts';
import type { JobProgress } from './job-events.ts';
import { stageProgress } from './stage-progress.ts';

/** Milliseconds between two looks at whether there is progress to write. */
const TICK = 1_000;
/** Milliseconds without any progress after which a stage counts as hung. */
const HUNG = 10 * 60_000;

/** Why a stage was stopped although nothing is wrong with it: its claim has ended. */
export class ClaimEnded extends Error {
  override readonly name = 'ClaimEnded';
  constructor(readonly fate: Exclude<ClaimFate, 'held'> | 'stopping') {
    super(`the claim ended: ${fate}`);
  }
}

/** A claim in hand: `signal` aborts when it ends, `report` says how the stage gets on. */
export interface HeldClaim extends Disposable {
  readonly signal: AbortSignal;
  report(step: JobStep, detail?: ProgressDetail): void;
}

interface Entry {
  job: ClaimedJob;
  controller: AbortController;
  beat: Beat;
  dirty: boolean;
  /** Monotonic milliseconds. */
  confirmedAt: number;
  progressedAt: number;
}

/**
 * Keeps a worker's claims alive: one batched heartbeat for all of them, carrying their progress and bringing back which have
 * ended. What the database does not confirm in time is aborted here before its lease runs out, by a monotonic clock.
 */
export class ClaimKeeper {
  readonly #entries = new Map<string, Entry>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastBeat = 0;
  #beating = false;

  constructor(
    private readonly queue: Pick<Queue, 'heartbeat' | 'lease'>,
    private readonly workerId: string,
    private readonly onProgress: (progress: JobProgress) => void,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.#timer ??= setInterval(() => void this.#tick(), Math.min(TICK, this.queue.lease.heartbeatMs));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  hold(job: ClaimedJob): HeldClaim {
    const now = performance.now();
    const entry: Entry = {
      job,
      controller: new AbortController(),
      beat: { job: job.id, token: job.claim_token, progress: job.progress, step: null, detail: null },
      dirty: false,
      confirmedAt: job.asked_at,
      progressedAt: now,
    };
    this.#entries.set(job.id, entry);
    return {
      signal: entry.controller.signal,
      report: (step, detail) => report(entry, step, detail),
      [Symbol.dispose]: () => {
        if (this.#entries.get(job.id) === entry) this.#entries.delete(job.id);
      },
    };
  }

  /** Ends one claim at once; what a person's cancel in this process does, ahead of the heartbeat that would bring it. */
  interrupt(jobId: string, fate: ClaimEnded['fate']): void {
    this.#entries.get(jobId)?.controller.abort(new ClaimEnded(fate));
  }

  interruptAll(fate: ClaimEnded['fate']): void {
    for (const jobId of this.#entries.keys()) this.interrupt(jobId, fate);
  }

  async #tick(): Promise<void> {
    const now = performance.now();
    for (const entry of this.#entries.values()) watch(entry, now, this.queue.lease.selfAbortMs);
    const entries = [...this.#entries.values()];
    const due = now - this.#lastBeat >= this.queue.lease.heartbeatMs || entries.some((entry) => entry.dirty);
    if (entries.length === 0 || !due || this.#beating) return;
    this.#beating = true;
    try {
      await this.#beat(entries, now);
    } catch (error) {
      this.logger.warn({ err: error }, 'the heartbeat did not reach the database');
    } finally {
      this.#beating = false;
    }
  }

  async #beat(entries: Entry[], sentAt: number): Promise<void> {
    const changed = entries.filter((entry) => entry.dirty);
    for (const entry of changed) entry.dirty = false;
    const fates = await this.queue.heartbeat(
      this.workerId,
      entries.map((entry) => entry.beat),
    );
    this.#lastBeat = sentAt;
    for (const entry of entries) {
      const fate = fates.get(entry.job.id) ?? 'lost';
      if (fate === 'held') entry.confirmedAt = sentAt;
      // A claim that ended in the ordinary way while the heartbeat was under way is no loss.
      else if (this.#entries.get(entry.job.id) === entry) entry.controller.abort(new ClaimEnded(fate));
    }
    for (const entry of changed) if (fates.get(entry.job.id) === 'held') this.onProgress(progressOf(entry));
  }
}

function report(entry: Entry, step: JobStep, detail: ProgressDetail | undefined): void {
  entry.beat = {
    ...entry.beat,
    step,
    detail: detail ?? null,
    progress: Math.max(entry.beat.progress, stageProgress(entry.job.stage, step, detail)),
  };
  entry.dirty = true;
  entry.progressedAt = performance.now();
}

function watch(entry: Entry, now: number, selfAbortMs: number): void {
  if (now - entry.confirmedAt > selfAbortMs) entry.controller.abort(new ClaimEnded('lost'));
  else if (now - entry.progressedAt > HUNG) entry.controller.abort(new DestilaError('stage_hung'));
}

function progressOf({ job, beat }: Entry): JobProgress {
  return {
    id: job.id,
    user_id: job.user_id,
    status: job.stage,
    progress: beat.progress,
    current_step: beat.step,
    progress_detail: beat.detail,
    held: true,
  };
}
