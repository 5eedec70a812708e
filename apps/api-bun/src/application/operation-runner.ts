import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationKind, ProgressDetail } from '@destila/contracts';
import type { Logger } from 'pino';
import { isDatabaseAway, type Queryable } from '../database/database.ts';
import type { ClaimedOperation, Operations } from '../queue/operations.ts';
import { judge } from '../queue/retry-policy.ts';
import type { Parts } from '../stages/stage.ts';
import { ClaimEnded } from './claim-keeper.ts';
import type { JobEvents } from './job-events.ts';

/** Milliseconds between two looks for operations, which wake-ups make unnecessary most of the time. */
const POLL = { least: 1_000, most: 2_000 };
/** Milliseconds between two writes of progress. */
const TICK = 1_000;

export interface OperationContext {
  readonly operation: ClaimedOperation;
  /** Aborts when the person cancels it or deletes the job, the lease is lost, or the worker stops. */
  readonly signal: AbortSignal;
  readonly parts: Parts;
  report(detail: ProgressDetail): void;
}

/** Does an operation of one kind, and gives what writes its result: called in the transaction that ends it. */
export type OperationWork = (context: OperationContext) => Promise<(tx: Queryable) => Promise<void>>;

export interface OperationRunnerOptions {
  operations: Operations;
  work: Record<OperationKind, OperationWork>;
  events: JobEvents;
  logger: Logger;
  workerId: string;
  /** How many at once. */
  slots: number;
}

/** Works off the operations on finished jobs, as the `JobProcessor` does the stages of unfinished ones. */
export class OperationRunner {
  readonly #options: OperationRunnerOptions;
  readonly #stopping = new AbortController();
  /** What wakes the slots that found nothing to do. */
  #idle: (() => void)[] = [];
  #unsubscribe: () => void = () => {};
  #slots: Promise<void>[] = [];

  constructor(options: OperationRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#unsubscribe = this.#options.events.onChanged(() => {
      for (const wake of this.#idle.splice(0)) wake();
    });
    this.#slots = Array.from({ length: this.#options.slots }, () => this.#workOff());
  }

  /** Stops claiming, aborts what runs and gives it back; resolves when nothing is held any more. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stopping.abort(new ClaimEnded('stopping'));
    await Promise.all(this.#slots);
  }

  async #workOff(): Promise<void> {
    const { operations, workerId, logger } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        const operation = await operations.claim(workerId);
        if (operation) await this.#run(operation);
        else await this.#waitForWork();
      } catch (error) {
        logger.error({ err: error }, 'operations could not be asked for');
        await this.#waitForWork();
      }
    }
  }

  async #waitForWork(): Promise<void> {
    const woken = Promise.withResolvers<void>();
    this.#idle.push(woken.resolve);
    const milliseconds = POLL.least + Math.random() * (POLL.most - POLL.least);
    await Promise.race([
      woken.promise,
      sleep(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {}),
    ]);
  }

  async #run(operation: ClaimedOperation): Promise<void> {
    const { operations, work } = this.#options;
    const logger = this.#options.logger.child({
      job: operation.job_id,
      operation: operation.id,
      claim: operation.claim_token,
    });
    await using held = this.#hold(operation);
    try {
      const write = await work[operation.kind]({
        operation,
        signal: held.signal,
        report: held.report,
        parts: {
          read: () => operations.readParts(operation),
          keep: async (key, output) => {
            if (!(await operations.keepPart(operation, key, output))) throw new ClaimEnded('lost');
          },
        },
      });
      held.signal.throwIfAborted();
      if (!(await operations.finish(operation, write))) throw new ClaimEnded('lost');
      logger.info({ kind: operation.kind }, 'operation done');
    } catch (error) {
      await this.#giveUp(operation, held.signal.aborted ? held.signal.reason : error, logger);
    }
  }

  async #giveUp(operation: ClaimedOperation, error: unknown, logger: Logger): Promise<void> {
    const { operations } = this.#options;
    if (error instanceof ClaimEnded) {
      logger.info({ fate: error.fate }, 'operation stopped');
      // A job that was deleted may be brought back: then it goes on at once, not when the lease has run out.
      if (error.fate === 'stopping' || error.fate === 'deleted') await operations.release(operation);
      return;
    }
    // With the database away nothing can be written: the lease runs out, and the operation is taken up again.
    if (isDatabaseAway(error)) throw error;
    const { code, message, retryInSeconds, costsAttempt } = judge(error, operation);
    logger.warn({ err: error, code, retryInSeconds }, 'operation failed');
    await operations.fail(operation, code, message, retryInSeconds, costsAttempt);
  }

  /** Keeps a claim alive until it is disposed of. `signal` aborts when it has ended, or cannot be confirmed in time. */
  #hold(operation: ClaimedOperation) {
    const { operations, events, logger } = this.#options;
    const ended = new AbortController();
    let detail: ProgressDetail | null = null;
    let isNew = false;
    // Somebody may have cancelled it: the next heartbeat, which would tell, is not waited for.
    let isAsked = false;
    const unsubscribe = events.onChanged((jobId) => {
      isAsked ||= jobId === operation.job_id;
    });
    let confirmedAt = performance.now();
    let beating = Promise.resolve();

    const beat = async (): Promise<void> => {
      const sentAt = performance.now();
      const told = isNew;
      isNew = false;
      isAsked = false;
      const fate = await operations.heartbeat(operation, detail);
      if (fate !== 'held') ended.abort(new ClaimEnded(fate));
      else confirmedAt = sentAt;
      if (told) events.changed(operation.job_id);
    };
    const timer = setInterval(
      () => {
        const silence = performance.now() - confirmedAt;
        if (silence > operations.lease.selfAbortMs) ended.abort(new ClaimEnded('lost'));
        else if (isNew || isAsked || silence >= operations.lease.heartbeatMs) {
          beating = beat().catch((error) => logger.warn({ err: error }, 'the heartbeat did not reach the database'));
        }
      },
      Math.min(TICK, operations.lease.heartbeatMs),
    );

    return {
      signal: AbortSignal.any([ended.signal, this.#stopping.signal]),
      report(now: ProgressDetail) {
        detail = now;
        isNew = true;
      },
      async [Symbol.asyncDispose]() {
        clearInterval(timer);
        unsubscribe();
        await beating;
      },
    };
  }
}
