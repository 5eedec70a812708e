import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import pino from 'pino';
import type { Beat, ClaimedJob, ClaimFate } from '../queue/queue.ts';
import { jobFor } from '../stages/stage-context.fixture.ts';
import { ClaimEnded, ClaimKeeper, type HeldClaim } from './claim-keeper.ts';

const LEASE = { leaseSeconds: 0.4, heartbeatMs: 20, selfAbortMs: 200 };

describe('a claim in a worker’s hands', () => {
  let heartbeat: (beats: readonly Beat[]) => Promise<Map<string, ClaimFate>>;
  let keeper: ClaimKeeper;
  beforeEach(() => {
    const queue = { lease: LEASE, heartbeat: (_: string, beats: readonly Beat[]) => heartbeat(beats) };
    keeper = new ClaimKeeper(queue, 'worker-1', () => {}, pino({ level: 'silent' }));
    keeper.start();
  });
  afterEach(() => keeper.stop());

  const answer = async (beats: readonly Beat[], fate: ClaimFate = 'held') =>
    new Map(beats.map(({ job }) => [job, fate]));

  test('is given up before its lease ends when no heartbeat reaches the database', async () => {
    heartbeat = () => Promise.reject(new Error('connection refused'));
    const job = claimedNow();
    const after = await endOf(keeper.hold(job), 'lost').then((at) => at - job.asked_at);
    expect(after).toBeGreaterThan(LEASE.selfAbortMs);
    expect(after).toBeLessThan(LEASE.leaseSeconds * 1000);
  });

  test('is given up before its lease ends when a heartbeat never comes back', async () => {
    heartbeat = () => new Promise(() => {});
    const job = claimedNow();
    expect((await endOf(keeper.hold(job), 'lost')) - job.asked_at).toBeLessThan(LEASE.leaseSeconds * 1000);
  });

  test('is given up at once by an event loop that was blocked for longer than it may be', async () => {
    heartbeat = answer;
    const held = keeper.hold(claimedNow());
    const ended = endOf(held, 'lost');
    Bun.sleepSync(LEASE.selfAbortMs + 50);
    const unblockedAt = performance.now();
    expect((await ended) - unblockedAt).toBeLessThan(LEASE.selfAbortMs / 2);
  });

  test('lasts from when it was asked for, however late the answer came', async () => {
    heartbeat = () => new Promise(() => {});
    const job = { ...claimedNow(), asked_at: performance.now() - LEASE.selfAbortMs };
    const startedAt = performance.now();
    expect((await endOf(keeper.hold(job), 'lost')) - startedAt).toBeLessThan(LEASE.selfAbortMs / 2);
  });

  test('outlives a database that is away for less than that', async () => {
    const { promise: recovered, resolve } = Promise.withResolvers<void>();
    let confirmed = 0;
    let attempts = 0;
    heartbeat = (beats) => {
      attempts += 1;
      // Away twice, then back; until well past the moment at which the first outage would have ended the claim.
      if (attempts <= 2) return Promise.reject(new Error('connection refused'));
      confirmed += 1;
      if (confirmed === 20) resolve();
      return answer(beats);
    };
    const held = keeper.hold(claimedNow());
    await recovered;
    expect(held.signal.aborted).toBe(false);
  });

  test.each(['cancelled', 'deleted', 'lost'] as const)(
    'ends as soon as a heartbeat says that it is %s',
    async (fate) => {
      heartbeat = (beats) => answer(beats, fate);
      await endOf(keeper.hold(claimedNow()), fate);
    },
  );
});

function claimedNow(): ClaimedJob {
  return {
    ...jobFor({ status: 'downloading', progress: 10 }),
    stage: 'downloading',
    claim_token: 1,
    attempts: 0,
    snoozed_seconds: 0,
    asked_at: performance.now(),
  };
}

/** The monotonic moment at which the claim ended so. */
async function endOf(held: HeldClaim, fate: ClaimEnded['fate']): Promise<number> {
  const reason = await new Promise((resolve) => {
    held.signal.addEventListener('abort', () => resolve(held.signal.reason), { once: true });
  });
  expect(reason).toEqual(new ClaimEnded(fate));
  return performance.now();
}
