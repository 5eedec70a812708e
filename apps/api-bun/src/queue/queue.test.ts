import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { addUser, describeOn, freshDatabase, QUEUE_DATABASES } from '../../../../tests/databases.ts';
import { readParts } from '../database/checkpoints.ts';
import type { Database } from '../database/database.ts';
import { type ClaimedJob, createQueue, type Queue } from './queue.ts';

describeOn(QUEUE_DATABASES, 'the queue', (kind) => {
  let database: Database;
  let queue: Queue;
  let user: string;

  beforeAll(async () => {
    database = await freshDatabase(kind);
    queue = createQueue(database);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.query('delete from auth.users');
    user = await addUser(database);
  });

  let sources = 0;
  const enqueue = async (owner = user) => {
    const source = `source-${++sources}`;
    return (await queue.enqueue({ userId: owner, url: `https://example.com/${source}`, sourceKey: source })).jobId;
  };
  const claim = async (stage: 'downloading' | 'transcribing' | 'summarizing' = 'downloading', worker = 'worker-1') => {
    const job = await queue.claim(worker, stage);
    if (!job) throw new Error(`nothing waits for ${stage}`);
    return job;
  };
  const row = async (id: string) => {
    const [found] = await database.query<Record<string, unknown>>('select * from processing_jobs where id = $1', [id]);
    return found ?? {};
  };
  const expireLease = (id: string) =>
    database.query(
      "update processing_jobs set lease_expires_at = clock_timestamp() - interval '1 second' where id = $1",
      [id],
    );
  const beat = (job: ClaimedJob, progress: number) =>
    queue.heartbeat('worker-1', [
      { job: job.id, token: job.claim_token, progress, step: 'fetching_media', detail: null },
    ]);
  const finishAll = async () => {
    await queue.completeStage(await claim('downloading'), {}, {});
    await queue.completeStage(await claim('transcribing'), {}, { transcription: 'hola' });
    await queue.completeStage(await claim('summarizing'), {}, { summary_markdown: '# Hola\n' });
  };

  test('a job passes its three stages and is ready, each output kept', async () => {
    const id = await enqueue();
    expect(await row(id)).toMatchObject({ status: 'pending', progress: 0, started_at: null });
    await finishAll();
    expect(await row(id)).toMatchObject({
      status: 'ready',
      progress: 100,
      worker_id: null,
      summary_markdown: '# Hola\n',
    });
    const checkpoints = await database.query(
      'select stage from job_checkpoints where job_id = $1 order by created_at',
      [id],
    );
    expect(checkpoints).toEqual([{ stage: 'downloading' }, { stage: 'transcribing' }, { stage: 'summarizing' }]);
  });

  test('the same source twice is one job, also when both requests come at once', async () => {
    const job = { userId: user, url: 'https://example.com/twice', sourceKey: 'twice' };
    const [first, second] = await Promise.all([queue.enqueue(job), queue.enqueue(job)]);
    expect(first.jobId).toBe(second.jobId);
    expect([first.created, second.created].sort()).toEqual([false, true]);
    expect((await queue.enqueue({ ...job, force: true })).created).toBe(true);
  });

  test('a failed or cancelled source may be added again', async () => {
    const job = { userId: user, url: 'https://example.com/again', sourceKey: 'again' };
    const { jobId } = await queue.enqueue(job);
    await queue.cancel(jobId, user);
    expect((await queue.enqueue(job)).created).toBe(true);
  });

  test('many workers at once never get the same job', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => enqueue()));
    const claims = await Promise.all(Array.from({ length: 16 }, (_, n) => queue.claim(`worker-${n}`, 'downloading')));
    const claimed = claims.flatMap((job) => job?.id ?? []);
    expect(claimed.toSorted()).toEqual(ids.toSorted());
  });

  test('a worker that lost its lease can write nothing, even while nobody else holds the job', async () => {
    const id = await enqueue();
    const stale = await claim();
    await expireLease(id);
    expect((await beat(stale, 25)).get(id)).toBe('lost');
    expect(await queue.completeStage(stale, { stale: true }, { video_title: 'stale' })).toBe(false);
    expect(await queue.fail(stale, 'network', 'stale', null, true)).toBe(false);
    expect(await queue.release(stale)).toBe(false);
    expect(await row(id)).toMatchObject({ status: 'downloading', progress: 10, video_title: null });
  });

  test('a stale worker cannot write over the claim that came after its own', async () => {
    const id = await enqueue();
    const stale = await claim();
    await expireLease(id);
    const fresh = await claim();
    expect(fresh.claim_token).toBeGreaterThan(stale.claim_token);
    expect(await queue.completeStage(stale, { by: 'stale' }, {})).toBe(false);
    expect(await queue.completeStage(fresh, { by: 'fresh' }, {})).toBe(true);
    expect(await database.query('select output from job_checkpoints where job_id = $1', [id])).toEqual([
      { output: { by: 'fresh' } },
    ]);
  });

  test('what a stage has finished of itself outlives a crash, takes no stale writer, and goes with the checkpoint', async () => {
    const id = await enqueue();
    const stale = await claim();
    expect(await queue.keepPart(stale, 'window 0', { text: 'first' })).toBe(true);
    await expireLease(id);
    const fresh = await claim();
    expect(await queue.keepPart(stale, 'window 0', { text: 'stale' })).toBe(false);
    expect(await queue.keepPart(fresh, 'window 1', { text: 'second' })).toBe(true);
    expect(await readParts(database, id, 'downloading')).toEqual(
      new Map([
        ['window 0', { text: 'first' }],
        ['window 1', { text: 'second' }],
      ]),
    );
    await queue.completeStage(fresh, {}, {});
    expect(await readParts(database, id, 'downloading')).toEqual(new Map());
  });

  test('a crashed job is taken up at its stage; after five crashes in a row it has failed', async () => {
    const id = await enqueue();
    await queue.fail(await claim(), 'network', 'away', 0, true);
    for (let crash = 1; crash <= 4; crash++) {
      await claim();
      await expireLease(id);
    }
    await claim();
    expect(await row(id)).toMatchObject({ status: 'downloading', crash_count: 4 });
    await expireLease(id);
    expect(await queue.claim('worker-1', 'downloading')).toBeNull();
    expect(await row(id)).toMatchObject({
      status: 'failed',
      error_code: 'worker_crashed',
      error_message: null,
      failed_stage: 'downloading',
    });
  });

  test('a finished stage sets the count of crashes and tries back', async () => {
    const id = await enqueue();
    await claim();
    await expireLease(id);
    await queue.fail(await claim(), 'network', 'away', 0, true);
    const job = await claim();
    expect(job.attempts).toBe(1);
    await queue.completeStage(job, {}, {});
    expect(await row(id)).toMatchObject({ crash_count: 0, attempts: 0, error_code: null });
  });

  test('at the start of the one process there is, all leases are freed at once', async () => {
    const id = await enqueue();
    await claim();
    expect(await queue.rescueAll()).toBe(1);
    expect((await claim()).id).toBe(id);
  });

  test('heartbeats prolong the lease, and progress never goes back', async () => {
    const id = await enqueue();
    const job = await claim();
    await beat(job, 25);
    expect((await beat(job, 15)).get(id)).toBe('held');
    expect(await row(id)).toMatchObject({ progress: 25, current_step: 'fetching_media' });
  });

  test('a heartbeat for another worker’s claim changes nothing', async () => {
    const id = await enqueue();
    const job = await claim('downloading', 'worker-2');
    expect((await beat(job, 20)).get(id)).toBe('lost');
    expect(await row(id)).toMatchObject({ progress: 10 });
  });

  test('cancelling a running job ends its claim, and the next heartbeat says so', async () => {
    const id = await enqueue();
    const job = await claim();
    expect(await queue.cancel(id, user)).toBe(true);
    expect(await row(id)).toMatchObject({ status: 'cancelled', failed_stage: 'downloading', worker_id: null });
    expect((await beat(job, 20)).get(id)).toBe('cancelled');
    expect(await queue.completeStage(job, {}, {})).toBe(false);
  });

  test('deleting a running job ends its claim; restored, it resumes at its stage', async () => {
    const id = await enqueue();
    await queue.completeStage(await claim(), {}, {});
    const job = await claim('transcribing');
    expect(await queue.delete(id, user)).toBe(true);
    expect((await beat(job, 40)).get(id)).toBe('deleted');
    expect(await queue.claim('worker-1', 'transcribing')).toBeNull();
    expect(await queue.restore(id, user)).toBe(true);
    expect((await claim('transcribing')).id).toBe(id);
  });

  test('a retry resumes at the stage that failed', async () => {
    const id = await enqueue();
    await queue.completeStage(await claim(), {}, {});
    await queue.fail(await claim('transcribing'), 'no_speech', 'silence', null, true);
    expect(await row(id)).toMatchObject({ status: 'failed', failed_stage: 'transcribing', error_code: 'no_speech' });
    expect(await queue.retry(id, user)).toBe(true);
    expect(await row(id)).toMatchObject({ status: 'transcribing', progress: 30, error_code: null, retry_count: 1 });
    expect((await claim('transcribing')).id).toBe(id);
  });

  test('a job that waits for its next try is not claimed before its moment', async () => {
    const id = await enqueue();
    await queue.fail(await claim(), 'network', 'away', 3600, true);
    expect(await queue.claim('worker-1', 'downloading')).toBeNull();
    await database.query("update processing_jobs set run_at = clock_timestamp() - interval '1 second' where id = $1", [
      id,
    ]);
    expect((await claim()).id).toBe(id);
  });

  test('a snooze costs no attempt and remembers since when it lasts', async () => {
    const id = await enqueue();
    await queue.fail(await claim(), 'rate_limited', 'slow down', 0, false);
    expect(await row(id)).toMatchObject({ attempts: 0, retry_count: 0 });
    expect((await claim()).snoozed_seconds).toBeGreaterThan(0);
  });

  test('a released job costs nothing and is claimed again at once', async () => {
    const id = await enqueue();
    expect(await queue.release(await claim())).toBe(true);
    expect(await row(id)).toMatchObject({ crash_count: 0, attempts: 0 });
    expect((await claim()).id).toBe(id);
  });

  test('one user with many jobs does not starve another with one', async () => {
    for (let n = 0; n < 20; n++) await enqueue();
    const other = await addUser(database);
    await claim();
    const late = await enqueue(other);
    expect((await claim()).id).toBe(late);
  });

  test('“next, please” goes before the person’s own jobs only', async () => {
    const other = await addUser(database);
    const theirs = await enqueue(other);
    await enqueue();
    const urgent = await enqueue();
    expect(await queue.moveToFront(urgent, user)).toBe(true);
    expect(new Set([(await claim()).id, (await claim()).id])).toEqual(new Set([theirs, urgent]));
  });

  test('nobody moves, cancels, retries, deletes or restores another person’s job', async () => {
    const id = await enqueue();
    const stranger = await addUser(database);
    expect(await queue.cancel(id, stranger)).toBe(false);
    expect(await queue.moveToFront(id, stranger)).toBe(false);
    expect(await queue.delete(id, stranger)).toBe(false);
    await queue.cancel(id, user);
    expect(await queue.retry(id, stranger)).toBe(false);
    await queue.delete(id, user);
    expect(await queue.restore(id, stranger)).toBe(false);
  });

  test('what has ended stays as it ended', async () => {
    const id = await enqueue();
    await finishAll();
    expect(await queue.cancel(id, user)).toBe(false);
    expect(await queue.retry(id, user)).toBe(false);
    expect(await row(id)).toMatchObject({ status: 'ready', progress: 100 });
  });

  test('what the outside wrote is kept although it holds what no text of a database can', async () => {
    const id = await enqueue();
    expect(await queue.completeStage(await claim(), { title: 'a\0b' }, { video_title: 'Luna \ud83d\0' })).toBe(true);
    expect(await row(id)).toMatchObject({ status: 'transcribing', video_title: 'Luna \ufffd\ufffd' });
  });

  test('a job’s history tells what happened to it', async () => {
    const id = await enqueue();
    await finishAll();
    const kinds = await database.query<{ kind: string; stage: string | null }>(
      'select kind, stage from job_events where job_id = $1 order by id',
      [id],
    );
    expect(kinds.map(({ kind, stage }) => [kind, stage].filter(Boolean).join(' '))).toEqual([
      'queued',
      'claimed downloading',
      'stage_done downloading',
      'claimed transcribing',
      'stage_done transcribing',
      'claimed summarizing',
      'stage_done summarizing',
    ]);
  });
});
