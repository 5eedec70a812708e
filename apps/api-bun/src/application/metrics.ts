import { JOB_STATUSES, STAGES, type StageName } from '@destila/contracts';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../database/database.ts';
import { countAllJobs, oldestWaiting } from '../database/queue-statistics.ts';

/** What a processor measures of itself. */
export interface ProcessorMetrics {
  claimed(seconds: number): void;
  stageDone(stage: StageName, seconds: number): void;
  stageFailed(stage: StageName, code: string, willRetry: boolean): void;
  leaseLost(stage: StageName): void;
}

export interface Metrics extends ProcessorMetrics {
  /** In Prometheus' text format; the queue's gauges are read from the database as it is asked. */
  render(): Promise<{ contentType: string; body: string }>;
}

/** Stages last from a fraction of a second (captions) to hours (Whisper on a long video). */
const STAGE_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400];
const CLAIM_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1];

export function createMetrics(database: Database): Metrics {
  const registers = [new Registry()];
  new Gauge({
    name: 'destila_jobs',
    help: 'Jobs by status',
    labelNames: ['status'],
    registers,
    async collect() {
      for (const status of JOB_STATUSES) this.set({ status }, 0);
      for (const { status, count } of await countAllJobs(database)) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'destila_oldest_waiting_seconds',
    help: 'How long the oldest waiting job of a stage has been waiting',
    labelNames: ['stage'],
    registers,
    async collect() {
      for (const stage of STAGES) this.set({ stage }, 0);
      for (const { stage, seconds } of await oldestWaiting(database)) this.set({ stage }, seconds);
    },
  });
  const claims = new Histogram({
    name: 'destila_claim_seconds',
    help: 'Time of a claim',
    buckets: CLAIM_SECONDS,
    registers,
  });
  const durations = new Histogram({
    name: 'destila_stage_seconds',
    help: 'Time of a stage that was finished',
    labelNames: ['stage'],
    buckets: STAGE_SECONDS,
    registers,
  });
  const failures = new Counter({
    name: 'destila_stage_failures_total',
    help: 'Tries of a stage that failed, by error code and by what becomes of the job',
    labelNames: ['stage', 'code', 'outcome'],
    registers,
  });
  const lost = new Counter({
    name: 'destila_lost_leases_total',
    help: 'Stages whose lease was lost before they ended',
    labelNames: ['stage'],
    registers,
  });
  return {
    claimed: (seconds) => claims.observe(seconds),
    stageDone: (stage, seconds) => durations.observe({ stage }, seconds),
    stageFailed: (stage, code, willRetry) => failures.inc({ stage, code, outcome: willRetry ? 'retry' : 'failed' }),
    leaseLost: (stage) => lost.inc({ stage }),
    async render() {
      const [registry] = registers;
      return { contentType: registry?.contentType ?? '', body: (await registry?.metrics()) ?? '' };
    },
  };
}
