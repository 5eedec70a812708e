import { type JobStatus, STAGE_PROGRESS, STAGES, type StageName } from '@destila/contracts';
import type { ClaimFate } from './queue.ts';

/** What the queue knows of a job, in the simplest words. */
export interface ModelJob {
  readonly id: string;
  readonly owner: string;
  readonly source: string;
  status: JobStatus;
  failedStage: JobStatus | null;
  progress: number;
  token: number;
  holder: string | null;
  leaseLive: boolean;
  deleted: boolean;
  parked: boolean;
  /** The moment a parked job waits for has come. */
  due: boolean;
  snoozed: boolean;
  attempts: number;
  crashes: number;
  retries: number;
  priority: number;
  error: string | null;
  message: string | null;
  /** Of each stage done, the token of the claim that did it. */
  checkpoints: Partial<Record<StageName, number>>;
  history: string[];
}

export interface ModelClaim {
  readonly jobId: string;
  readonly worker: string;
  readonly token: number;
}

/** The queue as one would explain it: verbs one after another, no locks, no clock. Each method answers what its verb must. */
export class QueueModel {
  readonly jobs = new Map<string, ModelJob>();
  constructor(private readonly crashLimit: number) {}

  /** Jobs that stand in the way of a source's being queued again. */
  sameSource(owner: string, source: string): ModelJob[] {
    return [...this.jobs.values()].filter(
      (job) =>
        job.owner === owner &&
        job.source === source &&
        !job.deleted &&
        job.status !== 'failed' &&
        job.status !== 'cancelled',
    );
  }

  enqueued(id: string, owner: string, source: string): void {
    this.jobs.set(id, {
      id,
      owner,
      source,
      status: 'pending',
      failedStage: null,
      progress: 0,
      token: 0,
      holder: null,
      leaseLive: false,
      deleted: false,
      parked: false,
      due: false,
      snoozed: false,
      attempts: 0,
      crashes: 0,
      retries: 0,
      priority: 0,
      error: null,
      message: null,
      checkpoints: {},
      history: ['queued'],
    });
  }

  /** What happens before a claim looks around. */
  unpark(): void {
    for (const job of this.jobs.values()) if (job.due) Object.assign(job, { parked: false, due: false });
  }

  rescue(all = false): number {
    const crashed = [...this.jobs.values()].filter((job) => job.holder && (all || !job.leaseLive));
    for (const job of crashed) {
      const stage = stageOf(job);
      job.crashes += 1;
      letGo(job);
      if (job.crashes >= this.crashLimit) {
        this.#end(job, 'failed');
        Object.assign(job, { error: 'worker_crashed', message: null });
        job.history.push(`failed ${stage}`);
      } else job.history.push(`crashed ${stage}`);
    }
    return crashed.length;
  }

  /** The jobs that a fair claim may give: of whoever has fewest running, those moved furthest to the front. */
  candidates(stage: StageName): ModelJob[] {
    const waiting = [...this.jobs.values()].filter((job) => isWaiting(job) && stageOf(job) === stage);
    const running = (owner: string) =>
      [...this.jobs.values()].filter((job) => job.holder && job.owner === owner).length;
    const fewest = Math.min(...waiting.map((job) => running(job.owner)));
    return waiting.filter(
      (job) =>
        running(job.owner) === fewest &&
        waiting.every((other) => other.owner !== job.owner || other.priority <= job.priority),
    );
  }

  taken(id: string, worker: string): ModelClaim {
    const job = this.#job(id);
    const stage = stageOf(job);
    if (!stage) throw new Error(`${id} has ended`);
    job.token += 1;
    job.holder = worker;
    job.leaseLive = true;
    job.status = stage;
    job.progress = Math.max(job.progress, STAGE_PROGRESS[stage][0]);
    job.history.push(`claimed ${stage}`);
    return { jobId: id, worker, token: job.token };
  }

  isWaiting(id: string): boolean {
    const job = this.jobs.get(id);
    return job !== undefined && isWaiting(job);
  }

  heartbeat(worker: string, claim: ModelClaim, progress: number): ClaimFate {
    const job = this.#held(claim);
    if (job && job.holder === worker) {
      job.progress = Math.max(job.progress, progress);
      return 'held';
    }
    const found = this.jobs.get(claim.jobId);
    if (found?.deleted) return 'deleted';
    return found?.status === 'cancelled' ? 'cancelled' : 'lost';
  }

  complete(claim: ModelClaim): boolean {
    const job = this.#held(claim);
    const stage = job && stageOf(job);
    if (!job || !stage) return false;
    const next = STAGES[STAGES.indexOf(stage) + 1];
    letGo(job);
    job.checkpoints[stage] = claim.token;
    job.status = next ?? 'ready';
    job.progress = next ? STAGE_PROGRESS[next][0] : 100;
    Object.assign(job, { attempts: 0, crashes: 0, snoozed: false, error: null, message: null });
    job.history.push(`stage_done ${stage}`);
    return true;
  }

  fail(
    claim: ModelClaim,
    error: string,
    message: string,
    retryInSeconds: number | null,
    costsAttempt: boolean,
  ): boolean {
    const job = this.#held(claim);
    if (!job) return false;
    const stage = stageOf(job);
    letGo(job);
    Object.assign(job, { error, message });
    job.attempts += costsAttempt ? 1 : 0;
    job.retries += costsAttempt && retryInSeconds !== null ? 1 : 0;
    job.snoozed = !costsAttempt;
    job.parked = (retryInSeconds ?? 0) > 0;
    if (retryInSeconds === null) this.#end(job, 'failed');
    job.history.push(`${retryInSeconds === null ? 'failed' : 'retry_scheduled'} ${stage}`);
    return true;
  }

  release(claim: ModelClaim): boolean {
    const job = this.#held(claim);
    if (!job) return false;
    letGo(job);
    job.history.push(`released ${stageOf(job)}`);
    return true;
  }

  cancel(id: string, user: string): boolean {
    const job = this.#owned(id, user);
    const stage = job && stageOf(job);
    if (!job || !stage || job.deleted) return false;
    letGo(job);
    this.#end(job, 'cancelled');
    job.history.push(`cancelled ${stage}`);
    return true;
  }

  retry(id: string, user: string): boolean {
    const job = this.#owned(id, user);
    if (!job?.failedStage || job.deleted) return false;
    job.status = job.failedStage;
    const stage = stageOf(job);
    job.progress = job.status === 'pending' || !stage ? 0 : STAGE_PROGRESS[stage][0];
    Object.assign(job, { failedStage: null, attempts: 0, crashes: 0, snoozed: false, error: null, message: null });
    job.retries += 1;
    job.history.push(`retried ${stage}`);
    return true;
  }

  moveToFront(id: string, user: string): boolean {
    const job = this.#owned(id, user);
    if (!job || !isWaiting(job)) return false;
    const own = [...this.jobs.values()].filter((other) => other.owner === user && isWaiting(other));
    job.priority = 1 + Math.max(0, ...own.map((other) => other.priority));
    job.history.push(`moved_to_front ${stageOf(job)}`);
    return true;
  }

  delete(id: string, user: string): boolean {
    const job = this.#owned(id, user);
    if (!job || job.deleted) return false;
    letGo(job);
    job.deleted = true;
    job.history.push('deleted');
    return true;
  }

  restore(id: string, user: string): boolean {
    const job = this.#owned(id, user);
    if (!job?.deleted) return false;
    job.deleted = false;
    job.history.push('restored');
    return true;
  }

  #end(job: ModelJob, status: 'failed' | 'cancelled'): void {
    job.failedStage = job.status;
    job.status = status;
    Object.assign(job, { parked: false, due: false });
  }

  #held(claim: ModelClaim): ModelJob | undefined {
    const job = this.jobs.get(claim.jobId);
    return job?.holder && job.leaseLive && job.token === claim.token ? job : undefined;
  }

  #owned(id: string, user: string): ModelJob | undefined {
    const job = this.jobs.get(id);
    return job?.owner === user ? job : undefined;
  }

  #job(id: string): ModelJob {
    const job = this.jobs.get(id);
    if (!job) throw new Error(`the queue gave a job that does not exist: ${id}`);
    return job;
  }
}

function stageOf(job: ModelJob): StageName | undefined {
  return job.status === 'pending' ? 'downloading' : STAGES.find((stage) => stage === job.status);
}

function isWaiting(job: ModelJob): boolean {
  return !job.holder && !job.parked && !job.deleted && stageOf(job) !== undefined;
}

function letGo(job: ModelJob): void {
  job.holder = null;
  job.leaseLive = false;
}
