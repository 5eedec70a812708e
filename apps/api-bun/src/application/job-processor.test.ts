import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DestilaError, type JobStatus } from '@destila/contracts';
import pino from 'pino';
import { addUser, DATABASES, freshDatabase } from '../../../../tests/databases.ts';
import type { Database } from '../database/database.ts';
import { createQueue, type Queue } from '../queue/queue.ts';
import type { DownloadOutput, StageContext, SummarizeOutput, TranscribeOutput } from '../stages/stage.ts';
import { createJobEvents, type JobEvents } from './job-events.ts';
import { JobProcessor } from './job-processor.ts';
import { createMetrics } from './metrics.ts';
import type { Stages } from './pipeline.ts';

const DOWNLOADED: DownloadOutput = {
  title: 'Un vídeo',
  channel: null,
  duration: 9.8,
  language: 'es',
  published: null,
  chapters: [],
  captions: null,
};
const TRANSCRIBED: TranscribeOutput = {
  segments: [{ id: 0, start: 0, end: 9, text: 'Hola.' }],
  language: 'es',
  origin: 'captions',
};
const SUMMARIZED: SummarizeOutput = {
  title: 'Un vídeo',
  markdown: '# Un vídeo\n',
  key_points: [],
  tags: [],
  language: 'es',
  summarized_by: 'extractive',
  facts: null,
};

type Hook = (context: StageContext) => Promise<void>;

/** Stages that do nothing but what a test asks of them. */
function stagesWith(hooks: Partial<Record<keyof Stages, Hook>> = {}): Stages {
  const run =
    <Output>(name: keyof Stages, output: Output) =>
    async (context: StageContext) => {
      await hooks[name]?.(context);
      return output;
    };
  return {
    downloading: { run: run('downloading', DOWNLOADED) },
    transcribing: { run: run('transcribing', TRANSCRIBED) },
    summarizing: { run: run('summarizing', SUMMARIZED) },
  };
}

function aborted({ signal }: StageContext): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

describe.each(DATABASES)('the processor on %s', (kind) => {
  let database: Database;
  let queue: Queue;
  let events: JobEvents;
  let user: string;
  let workRoot: string;
  const running: JobProcessor[] = [];

  beforeEach(async () => {
    database = await freshDatabase(kind);
    events = createJobEvents();
    queue = createQueue(database, events.changed);
    user = await addUser(database);
    workRoot = await mkdtemp(join(tmpdir(), 'destila-work-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((processor) => processor.stop()));
    await database.close();
    await rm(workRoot, { recursive: true });
  });

  function processor(
    stages: Stages,
    verbs: Queue = queue,
    slots = { downloading: 2, transcribing: 1, summarizing: 2 },
  ): JobProcessor {
    const made = new JobProcessor({
      database,
      queue: verbs,
      stages,
      events,
      metrics: createMetrics(database),
      workRoot,
      logger: pino({ level: 'silent' }),
      workerId: 'worker-1',
      slots,
    });
    running.push(made);
    return made;
  }

  const enqueue = async (name: string) =>
    (await queue.enqueue({ userId: user, url: `https://example.com/${name}`, sourceKey: name })).jobId;

  const row = async (id: string) => {
    const [found] = await database.query<{
      status: JobStatus;
      error_code: string | null;
      worker_id: string | null;
      progress: number;
    }>('select status, error_code, worker_id, progress from processing_jobs where id = $1', [id]);
    if (!found) throw new Error(`no job ${id}`);
    return found;
  };

  /** Resolves when the job is so, told by events. */
  async function until(id: string, status: JobStatus): Promise<void> {
    const reached = Promise.withResolvers<void>();
    const look = () =>
      row(id).then((job) => {
        if (job.status === status) reached.resolve();
      }, reached.reject);
    const stop = events.onChanged((changed) => {
      if (changed === id) void look();
    });
    await look();
    await reached.promise.finally(stop);
  }

  test('a job goes from its address to a summary', async () => {
    const id = await enqueue('a');
    processor(stagesWith()).start();
    await until(id, 'ready');
    expect(await row(id)).toMatchObject({ status: 'ready', progress: 100, worker_id: null });
  });

  test('a video lasts the whole seconds that a player shows of it', async () => {
    const id = await enqueue('a');
    processor(stagesWith()).start();
    await until(id, 'ready');
    const lasting = await database.query('select video_duration from processing_jobs where id = $1', [id]);
    expect(lasting).toEqual([{ video_duration: 9 }]);
  });

  test('a new job makes one idle slot of its stage ask for it, not all', async () => {
    const asked: string[] = [];
    const verbs: Queue = {
      ...queue,
      claim: (workerId, stage) => {
        asked.push(stage);
        return queue.claim(workerId, stage);
      },
    };
    const taken = Promise.withResolvers<number>();
    const stages = stagesWith({ downloading: async () => taken.resolve(asked.length) });
    processor(stages, verbs, { downloading: 20, transcribing: 0, summarizing: 0 }).start();
    while (asked.length < 20) await Bun.sleep(5);
    asked.length = 0;
    await enqueue('a');
    // Were all woken, there would be 20 claims, or as many as the database answered before the job was given to one.
    expect(await taken.promise).toBeLessThan(10);
  });

  test('of three jobs added at once, the next is downloaded while the first is transcribed', async () => {
    const happened: string[] = [];
    const names = new Map<string, string>();
    const nameOf = ({ job }: StageContext) => names.get(job.id) ?? job.id;
    const secondDownloads = Promise.withResolvers<void>();
    let downloads = 0;
    const stages = stagesWith({
      downloading: async (context) => {
        happened.push(`download ${nameOf(context)}`);
        downloads += 1;
        if (downloads === 3) secondDownloads.resolve();
      },
      transcribing: async (context) => {
        happened.push(`transcribe ${nameOf(context)}`);
        // Ends only once every download has begun: were stages not to overlap, this would never end.
        await secondDownloads.promise;
        happened.push(`transcribed ${nameOf(context)}`);
      },
    });
    const ids = await Promise.all(['a', 'b', 'c'].map(enqueue));
    for (const [n, id] of ids.entries()) names.set(id, String(n));
    processor(stages).start();
    await Promise.all(ids.map((id) => until(id, 'ready')));
    const firstTranscribed = happened.findIndex((line) => line.startsWith('transcribed'));
    expect(happened.slice(0, firstTranscribed).filter((line) => line.startsWith('download '))).toHaveLength(3);
  });

  test('a stage that fails for good says why, and a retry resumes at it without repeating the stages before', async () => {
    let downloads = 0;
    let silent = true;
    const stages = stagesWith({
      downloading: async () => void downloads++,
      transcribing: async () => {
        if (silent) throw new DestilaError('no_speech');
      },
    });
    const id = await enqueue('a');
    processor(stages).start();
    await until(id, 'failed');
    expect(await row(id)).toMatchObject({ status: 'failed', error_code: 'no_speech', worker_id: null });
    silent = false;
    await queue.retry(id, user);
    await until(id, 'ready');
    expect(downloads).toBe(1);
  });

  test('a cancelled job’s work is aborted at once and its folder removed', async () => {
    const started = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<unknown>();
    const stages = stagesWith({
      downloading: async (context) => {
        await Bun.write(join(context.workDir, 'half'), 'half a file');
        started.resolve();
        await aborted(context).catch((reason: unknown) => {
          ended.resolve(reason);
          throw reason;
        });
      },
    });
    const id = await enqueue('a');
    const made = processor(stages);
    made.start();
    await started.promise;
    await queue.cancel(id, user);
    made.interrupt(id, 'cancelled');
    await ended.promise;
    await made.stop();
    expect(await readdir(workRoot)).toEqual([]);
    expect(await row(id)).toMatchObject({ status: 'cancelled', worker_id: null });
  });

  test('a cancel by another process arrives with the next heartbeat', async () => {
    const started = Promise.withResolvers<StageContext>();
    const ended = Promise.withResolvers<void>();
    const stages = stagesWith({
      downloading: async (context) => {
        started.resolve(context);
        await aborted(context).finally(() => ended.resolve());
      },
    });
    const id = await enqueue('a');
    processor(stages).start();
    const context = await started.promise;
    await queue.cancel(id, user);
    // Progress makes a heartbeat due at the next tick.
    context.report('fetching_media', { unit: 'bytes', done: 1, total: 2, eta_seconds: null });
    await ended.promise;
  });

  test('stopping gives running work back at no cost, and the next processor finishes it', async () => {
    const started = Promise.withResolvers<void>();
    const id = await enqueue('a');
    const first = processor(
      stagesWith({
        transcribing: async (context) => {
          started.resolve();
          await aborted(context);
        },
      }),
    );
    first.start();
    await started.promise;
    await first.stop();
    expect(await row(id)).toMatchObject({ status: 'transcribing', worker_id: null });
    let downloads = 0;
    processor(stagesWith({ downloading: async () => void downloads++ })).start();
    await until(id, 'ready');
    expect(downloads).toBe(0);
  });

  test('progress is written to the row and told at once, within the stage’s share', async () => {
    const told = Promise.withResolvers<number>();
    const id = await enqueue('a');
    events.onProgressed(({ progress }) => told.resolve(progress));
    const release = Promise.withResolvers<void>();
    processor(
      stagesWith({
        downloading: async (context) => {
          context.report('fetching_media', { unit: 'bytes', done: 50, total: 100, eta_seconds: 3 });
          await release.promise;
        },
      }),
    ).start();
    expect(await told.promise).toBe(18);
    expect((await row(id)).progress).toBe(18);
    release.resolve();
    await until(id, 'ready');
  });

  test('what a stage came to is kept through an outage of the database, and the stage is not run again', async () => {
    let outages = 2;
    let downloads = 0;
    const flaky: Queue = {
      ...queue,
      completeStage: async (...finished) => {
        if (outages-- > 0) throw Object.assign(new Error('terminating connection'), { code: '57P01' });
        return queue.completeStage(...finished);
      },
    };
    const id = await enqueue('a');
    processor(stagesWith({ downloading: async () => void downloads++ }), flaky).start();
    await until(id, 'ready');
    expect(downloads).toBe(1);
    expect((await database.query("select 1 from job_events where kind = 'crashed'")).length).toBe(0);
  });

  test('while the queue or this worker is paused nothing new is begun; resumed, it goes on', async () => {
    await queue.setPaused(true);
    const id = await enqueue('a');
    const made = processor(stagesWith());
    made.start();
    expect(await made.getNextPendingJob()).toBeNull();
    await queue.setPaused(false);
    await queue.workerSeen('worker-1', {
      host: 'here',
      pid: 1,
      slots: { downloading: 2, transcribing: 1, summarizing: 2 },
    });
    await queue.setWorkerPaused('worker-1', true);
    expect(await made.getNextPendingJob()).toBeNull();
    expect(await row(id)).toMatchObject({ status: 'pending' });
    await queue.setWorkerPaused('worker-1', false);
    await until(id, 'ready');
  });

  test('processJob runs one job to its end and refuses one that has ended', async () => {
    const id = await enqueue('a');
    const other = await enqueue('b');
    const made = processor(stagesWith());
    await made.processJob(id);
    expect(await row(id)).toMatchObject({ status: 'ready' });
    expect(await row(other)).toMatchObject({ status: 'pending' });
    await expect(made.processJob(id)).rejects.toThrow(expect.objectContaining({ code: 'invalid_state' }));
  });

  test('getNextPendingJob claims the next job, or none', async () => {
    const id = await enqueue('a');
    const made = processor(stagesWith());
    expect((await made.getNextPendingJob())?.id).toBe(id);
    expect(await made.getNextPendingJob()).toBeNull();
  });
});
