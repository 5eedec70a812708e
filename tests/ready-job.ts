import type { Segment } from '@destila/contracts';
import { LOCAL_USER } from '../apps/api-bun/src/database/users.ts';
import { type ClaimedJob, createQueue, type Queue } from '../apps/api-bun/src/queue/queue.ts';
import type { TestDestila } from './destila.ts';

const SEGMENTS: Segment[] = [
  'La Luna atrae el agua de los océanos y la levanta hacia ella.',
  'Por eso la marea sube y baja dos veces al día en casi todas las costas.',
  'Cuando el Sol y la Luna se alinean, la marea viva es mucho más alta.',
  'Cuando forman un ángulo recto, la marea muerta apenas se nota.',
].map((text, id) => ({ id, start: id * 15, end: id * 15 + 15, text }));

interface JobToMake {
  userId?: string;
  title?: string;
  channel?: string;
  /** What is spoken. */
  language?: string;
  segments?: Segment[];
}

const TITLE = 'La Luna y las mareas';

/** A job that waits for its summary, without anybody having worked on it. The queue is paused for it. */
export async function addTranscribedJob(
  site: TestDestila,
  { userId = LOCAL_USER, title = TITLE, channel, language = 'es', segments = SEGMENTS }: JobToMake = {},
): Promise<string> {
  const { queue } = site.destila.services;
  const url = `https://example.com/${crypto.randomUUID()}`;
  await queue.setPaused(true);
  // In one transaction: a worker that had begun to claim before the pause must not get it.
  const { jobId, first } = await site.destila.services.database.transaction(async (tx) => {
    const unseen = createQueue(tx);
    const { jobId } = await unseen.enqueue({ userId, url, sourceKey: url });
    return { jobId, first: await claim(unseen, jobId) };
  });
  const source = { title, channel: channel ?? null, duration: 60, language, chapters: [], captions: null };
  await queue.completeStage(first, source, { video_title: title, video_duration: 60 });
  const transcription = segments.map(({ text }) => text).join('\n');
  await queue.completeStage(await claim(queue, jobId), { segments, language, origin: 'captions' }, { transcription });
  return jobId;
}

/** A job that has gone the whole way, without anybody having worked on it. The queue is paused for it. */
export async function addReadyJob(
  site: TestDestila,
  { markdown = 'Un resumen.\n', ...job }: JobToMake & { markdown?: string } = {},
): Promise<string> {
  const jobId = await addTranscribedJob(site, job);
  const { title = TITLE, language = 'es' } = job;
  const summary = { key_points: [], tags: ['mar'], summarized_by: 'extractive' };
  const { queue } = site.destila.services;
  await queue.completeStage(
    await claim(queue, jobId),
    { ...summary, title, markdown, language },
    { summary_markdown: markdown, ai_tags: summary.tags, summarized_by: summary.summarized_by },
  );
  return jobId;
}

async function claim(queue: Queue, jobId: string): Promise<ClaimedJob> {
  const job = await queue.claimJob('by hand', jobId);
  if (!job) throw new Error('nothing to claim');
  return job;
}
