import type { OperationKind, ProgressDetail } from '@destila/contracts';
import type { Database, Queryable } from '../database/database.ts';
import { type ClaimFate, CRASH_LIMIT, LEASE, type QueueOptions, storableJson } from './queue.ts';

/** An operation in a worker's hands. `claim_token` is the fencing token that every later verb names. */
export interface ClaimedOperation {
  id: string;
  job_id: string;
  user_id: string;
  kind: OperationKind;
  input: unknown;
  claim_token: number;
  /** Failed tries before this one. */
  attempts: number;
  snoozed_seconds: number;
}

export type Operations = ReturnType<typeof createOperations>;

/**
 * The verbs of work on finished jobs: each is one SQL function (supabase/migrations/…_operations.sql), where the rules stand. Those
 * of a worker answer false when its claim is not live any more. `onChange` hears the job's id whenever a verb has changed something.
 */
export function createOperations(
  database: Database,
  onChange: (jobId: string) => void = () => {},
  { lease = LEASE, crashLimit = CRASH_LIMIT }: QueueOptions = {},
) {
  async function verb(
    name: string,
    { id, claim_token, job_id }: ClaimedOperation,
    ...rest: unknown[]
  ): Promise<boolean> {
    const parameters = [id, claim_token, ...rest];
    const slots = parameters.map((_, index) => `$${index + 1}`).join(', ');
    const [row] = await database.query<{ done: boolean }>(`select queue.${name}(${slots}) as done`, parameters);
    if (row?.done) onChange(job_id);
    return row?.done ?? false;
  }

  return {
    lease,
    /** Null when there is no ready or saved job of that id; `created` is false while one of the kind is under way. */
    async start(job: { id: string; user_id: string }, kind: OperationKind, input: object = {}) {
      const [row] = await database.query<{ id: string; created: boolean }>(
        'select operation_id as id, created from queue.start_operation($1, $2, $3, $4)',
        [job.id, job.user_id, kind, JSON.stringify(input)],
      );
      if (row?.created) onChange(job.id);
      return row ?? null;
    },
    async cancel(operationId: string, job: { id: string; user_id: string }): Promise<boolean> {
      const [row] = await database.query<{ done: boolean }>('select queue.cancel_operation($1, $2) as done', [
        operationId,
        job.user_id,
      ]);
      if (row?.done) onChange(job.id);
      return row?.done ?? false;
    },

    /** The next one, of the person with fewest running; null when none is waiting. */
    async claim(workerId: string): Promise<ClaimedOperation | null> {
      const [operation] = await database.query<ClaimedOperation>(
        `select id, job_id, user_id, kind, input, claim_token, attempts,
           coalesce(extract(epoch from clock_timestamp() - snoozed_since), 0)::float8 as snoozed_seconds
         from queue.claim_operation($1, make_interval(secs => $2), $3)`,
        [workerId, lease.leaseSeconds, crashLimit],
      );
      if (operation) onChange(operation.job_id);
      return operation ?? null;
    },
    async heartbeat(operation: ClaimedOperation, detail: ProgressDetail | null): Promise<ClaimFate> {
      const [row] = await database.query<{ fate: ClaimFate }>(
        'select queue.heartbeat_operation($1, $2, $3, make_interval(secs => $4)) as fate',
        [operation.id, operation.claim_token, detail && JSON.stringify(detail), lease.leaseSeconds],
      );
      return row?.fate ?? 'lost';
    },
    async readParts({ id }: ClaimedOperation): Promise<Map<string, unknown>> {
      const rows = await database.query<{ key: string; output: unknown }>(
        'select key, output from operation_parts where operation_id = $1',
        [id],
      );
      return new Map(rows.map(({ key, output }) => [key, output]));
    },
    keepPart: (operation: ClaimedOperation, key: string, output: object) =>
      verb('keep_part_of_operation', operation, key, storableJson(output)),
    /** Ends the operation, and with it, in one transaction, writes what it came to. */
    async finish(operation: ClaimedOperation, write: (tx: Queryable) => Promise<void>): Promise<boolean> {
      const finished = await database.transaction(async (tx) => {
        const [row] = await tx.query<{ done: boolean }>('select queue.finish_operation($1, $2) as done', [
          operation.id,
          operation.claim_token,
        ]);
        if (row?.done) await write(tx);
        return row?.done ?? false;
      });
      if (finished) onChange(operation.job_id);
      return finished;
    },
    fail: (
      operation: ClaimedOperation,
      code: string,
      message: string,
      retryInSeconds: number | null,
      costsAttempt: boolean,
    ) =>
      verb(
        'fail_operation',
        operation,
        code,
        message,
        retryInSeconds === null ? null : `${retryInSeconds} seconds`,
        costsAttempt,
      ),
    release: (operation: ClaimedOperation) => verb('release_operation', operation),
    /** For the embedded database, whose one process has just started: nobody can be holding any. */
    freeAll: async (): Promise<void> => {
      await database.query('select queue.free_operations()');
    },
  };
}
