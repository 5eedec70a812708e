import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { type JobEvent, jobDetailSchema, jobEventSchema, processingJobSchema } from '@destila/contracts';
import type { Services } from '../apps/api-bun/src/application/services.ts';
import { readHistory } from '../apps/api-bun/src/database/history.ts';
import { LOCAL_USER } from '../apps/api-bun/src/database/users.ts';
import { median } from '../bench/measure/statistics.ts';
import { freshPostgresUrl } from './databases.ts';
import { startTestDestila } from './destila.ts';
import { startMediaSite } from './fakes/media-site.ts';

const WORKER = join(import.meta.dir, '../apps/api-bun/src/worker.ts');

/** The events of a stream, until one of them is what was waited for. */
async function eventsUntil(response: Response, isLast: (event: JobEvent) => boolean): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (data) events.push(jobEventSchema.parse(JSON.parse(data)));
    }
    if (events.some(isLast)) return events;
  }
  throw new Error('the stream ended');
}

test('a worker process of its own does the work, and browsers of the API process see it live', async () => {
  const environment = { DATABASE_URL: await freshPostgresUrl(), ALLOW_PRIVATE_NETWORK: 'on' };
  const media = await startMediaSite({ root: join(import.meta.dir, '../examples') });
  await using site = await startTestDestila('postgres', environment, { work: false });
  const worker = Bun.spawn([process.execPath, WORKER], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIR: join(site.dataDir, 'worker'),
      LLM: 'extractive',
      LOG_LEVEL: 'warn',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    const stream = await site.api('/jobs/events');
    const url = `${media.url}/slow/la-luna-y-las-mareas.mp4?rate=500000`;
    const { id } = await site.read(processingJobSchema, '/jobs', { json: { url } });
    const events = await eventsUntil(stream, (event) => event.type === 'job' && event.job.status === 'ready');
    expect(events.some((event) => event.type === 'progress' && event.job.progress > 10)).toBe(true);
    expect(await site.read(jobDetailSchema, `/jobs/${id}`)).toMatchObject({
      status: 'ready',
      transcript_origin: 'captions',
    });
    worker.kill('SIGTERM');
    expect(await worker.exited).toBe(0);
  } finally {
    worker.kill('SIGKILL');
    await media.close();
  }
});

test('a worker process claims what another process adds at once, not at its next look', async () => {
  const environment = { DATABASE_URL: await freshPostgresUrl() };
  await using adder = await startTestDestila('postgres', environment, { work: false });
  await using _worker = await startTestDestila('postgres', environment);
  const waits: number[] = [];
  for (const name of 'abcdefg') {
    waits.push(await untilClaimed(adder.destila.services, name));
    // The job fails at once; then the worker waits again.
    await Bun.sleep(300);
  }
  expect(median(waits)).toBeLessThan(200);
});

/** Adds a job and answers how many milliseconds it waited for a worker, by the database's clock. */
async function untilClaimed({ queue, database }: Services, name: string): Promise<number> {
  const url = `https://127.0.0.1/${name}`;
  const { jobId } = await queue.enqueue({ userId: LOCAL_USER, url, sourceKey: name });
  while (true) {
    const [queued, claimed] = await readHistory(database, jobId);
    if (queued && claimed) return Date.parse(claimed.at) - Date.parse(queued.at);
    await Bun.sleep(5);
  }
}

test('a worker without a Postgres to share says what it needs', async () => {
  const worker = Bun.spawn([process.execPath, WORKER], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  expect(await new Response(worker.stderr).text()).toContain('DATABASE_URL');
  expect(await worker.exited).toBe(2);
});
