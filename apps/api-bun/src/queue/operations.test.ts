import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { addUser, describeOn, freshDatabase, QUEUE_DATABASES } from '../../../../tests/databases.ts';
import type { Database } from '../database/database.ts';
import { latestOperations } from '../database/operations.ts';
import { type ClaimedOperation, createOperations, type Operations } from './operations.ts';
import { createQueue } from './queue.ts';

describeOn(QUEUE_DATABASES, 'operations', (kind) => {
  let database: Database;
  let operations: Operations;
  let user: string;
  let job: { id: string; user_id: string };

  beforeAll(async () => {
    database = await freshDatabase(kind);
    operations = createOperations(database);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.query('delete from processing_jobs');
    user = await addUser(database);
    job = await readyJob();
  });

  async function readyJob() {
    const queue = createQueue(database);
    const url = `https://example.com/${crypto.randomUUID()}`;
    const { jobId } = await queue.enqueue({ userId: user, url, sourceKey: url });
    for (const stage of ['downloading', 'transcribing', 'summarizing'] as const) {
      const claimed = await queue.claim('worker-1', stage);
      if (!claimed) throw new Error('nothing to claim');
      await queue.completeStage(claimed, {}, { summary_markdown: 'Hola.\n' });
    }
    return { id: jobId, user_id: user };
  }
  async function claim(): Promise<ClaimedOperation> {
    const operation = await operations.claim('worker-1');
    if (!operation) throw new Error('no operation is waiting');
    return operation;
  }
  const expireLease = () =>
    database.query(
      `update operations set lease_expires_at = clock_timestamp() - interval '1 s' where worker_id is not null`,
    );
  const latest = async () => (await latestOperations(database, job.id))[0];

  test('one of a kind at a time, however often it is asked for; when it is done, the next', async () => {
    const first = await operations.start(job, 'index');
    expect(await operations.start(job, 'index')).toEqual({ id: first?.id ?? '', created: false });
    expect(await operations.start(job, 'regenerate', { template: 'recipe' })).toMatchObject({ created: true });
    const claimed = await claim();
    expect(claimed).toMatchObject({ id: first?.id, kind: 'index', attempts: 0 });
    expect(await operations.finish(claimed, async () => {})).toBe(true);
    expect(await operations.start(job, 'index')).toMatchObject({ created: true });
  });

  test('there is none for a job that is not ready, is somebody else’s, or is gone', async () => {
    const stranger = await addUser(database);
    expect(await operations.start({ ...job, user_id: stranger }, 'index')).toBeNull();
    await createQueue(database).delete(job.id, user);
    expect(await operations.start(job, 'index')).toBeNull();
    const { jobId } = await createQueue(database).enqueue({
      userId: user,
      url: 'https://example.com',
      sourceKey: 'new',
    });
    expect(await operations.start({ id: jobId, user_id: user }, 'index')).toBeNull();
  });

  test('many workers at once never get the same operation', async () => {
    await operations.start(job, 'index');
    const claims = await Promise.all(Array.from({ length: 8 }, (_, n) => operations.claim(`worker-${n}`)));
    expect(claims.filter((one) => one !== null)).toHaveLength(1);
  });

  test('a stale worker can write nothing: no part, no end, no result', async () => {
    await operations.start(job, 'regenerate');
    const stale = await claim();
    expect(await operations.keepPart(stale, 'part 1', { text: 'kept' })).toBe(true);
    await expireLease();
    const fresh = await claim();
    let written = false;
    const write = async () => {
      written = true;
    };
    expect(await operations.heartbeat(stale, null)).toBe('lost');
    expect(await operations.keepPart(stale, 'part 1', { text: 'stale' })).toBe(false);
    expect(await operations.finish(stale, write)).toBe(false);
    expect(await operations.fail(stale, 'network', 'stale', null, true)).toBe(false);
    expect(written).toBe(false);
    expect(await operations.readParts(fresh)).toEqual(new Map([['part 1', { text: 'kept' }]]));
    expect(await operations.finish(fresh, write)).toBe(true);
    expect(written).toBe(true);
    expect(await operations.readParts(fresh)).toEqual(new Map());
  });

  test('a result that cannot be written leaves the operation unfinished', async () => {
    await operations.start(job, 'regenerate');
    const claimed = await claim();
    const write = () => Promise.reject(new Error('no room'));
    expect(operations.finish(claimed, write)).rejects.toThrow('no room');
    expect(await operations.heartbeat(claimed, null)).toBe('held');
  });

  test('after five crashes it has failed', async () => {
    await operations.start(job, 'index');
    for (let crash = 1; crash <= 5; crash++) {
      await claim();
      await expireLease();
    }
    expect(await operations.claim('worker-1')).toBeNull();
    expect(await latest()).toMatchObject({ status: 'failed', error_code: 'worker_crashed', held: false });
  });

  test('a failed try waits for its moment; a snooze costs none', async () => {
    await operations.start(job, 'index');
    expect(await operations.fail(await claim(), 'rate_limited', 'later', 60, false)).toBe(true);
    expect(await operations.claim('worker-1')).toBeNull();
    await database.query('update operations set run_at = clock_timestamp()');
    const again = await claim();
    expect(again.attempts).toBe(0);
    await operations.fail(again, 'llm_rejected', 'no', null, true);
    expect(await latest()).toMatchObject({ status: 'failed', error_code: 'llm_rejected' });
  });

  test('cancelling ends it at once, deleting the job with the next heartbeat', async () => {
    const started = await operations.start(job, 'index');
    const claimed = await claim();
    const stranger = await addUser(database);
    expect(await operations.cancel(started?.id ?? '', { ...job, user_id: stranger })).toBe(false);
    expect(await operations.cancel(started?.id ?? '', job)).toBe(true);
    expect(await operations.heartbeat(claimed, null)).toBe('cancelled');
    await operations.start(job, 'index');
    const other = await claim();
    await createQueue(database).delete(job.id, user);
    expect(await operations.heartbeat(other, null)).toBe('deleted');
  });

  test('who has one running waits for who has none', async () => {
    await operations.start(job, 'index');
    await operations.start(job, 'regenerate');
    await claim();
    user = await addUser(database);
    const others = await readyJob();
    await operations.start(others, 'index');
    expect((await claim()).job_id).toBe(others.id);
  });
});
