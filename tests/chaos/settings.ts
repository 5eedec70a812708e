import { z } from 'zod';
import type { PostgresTimeouts } from '../../apps/api-bun/src/database/postgres.ts';
import type { LeaseTimes } from '../../apps/api-bun/src/queue/queue.ts';

/** Short, so that many leases are lost in little time; in the proportions of the real ones. */
export const LEASE: LeaseTimes = { leaseSeconds: 3, heartbeatMs: 500, selfAbortMs: 2_000 };
export const TIMEOUTS: PostgresTimeouts = { connect: 1_500, query: 750 };
/** Crashes are provoked here; no job is to fail for them. */
export const CRASH_LIMIT = 1_000;

/** In the environment of every process of a run, so that those left over can be found. */
export const MARK = 'DESTILA_CHAOS';

/** What a worker process is told, as JSON in its only argument. */
export const workerSettingsSchema = z.object({
  workerId: z.string(),
  databaseUrl: z.string(),
  workRoot: z.string(),
  logFile: z.string(),
  seed: z.number(),
});
export type WorkerSettings = z.infer<typeof workerSettingsSchema>;

/** What a worker process says, a line of JSON each: what it has just begun, and which verbs were refused to it. */
export const wordSchema = z.discriminatedUnion('said', [
  z.object({ said: z.literal('ran') }),
  z.object({ said: z.literal('refused'), verb: z.string(), job: z.string(), token: z.number() }),
]);
export type Word = z.infer<typeof wordSchema>;
