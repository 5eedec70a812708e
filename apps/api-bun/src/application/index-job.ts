import { DestilaError, type JobDetail, type ProcessingJob } from '@destila/contracts';
import { readCheckpoint } from '../database/checkpoints.ts';
import type { Database } from '../database/database.ts';
import { latestOperations } from '../database/operations.ts';
import { lockNote } from '../database/revisions.ts';
import { putChunks, removeChunks } from '../database/search-chunks.ts';
import { putVectors, unreadChunks } from '../database/search-vectors.ts';
import { chunkJob, contextualText } from '../search/chunk.ts';
import { downloadOutputSchema } from '../stages/stage.ts';
import { languageOf } from '../summarization/language.ts';
import type { Embedders } from './embedders.ts';
import type { OperationContext, OperationWork } from './operation-runner.ts';
import { ownJob } from './own-job.ts';
import { readJob } from './read-job.ts';
import type { Services } from './services.ts';

/** Passages that a model reads in one go. */
const BATCH = 32;

type Index = Pick<Services, 'database' | 'embedders' | 'operations' | 'events'>;

/**
 * Makes a note findable, its summary and its transcript, passage by passage: by words at once, and by meaning as soon as a
 * model has read the passages that it had not, which is an operation of its own.
 * @throws {DestilaError} `not_found`, `not_ready`
 */
export async function indexJob(services: Index, userId: string, jobId: string): Promise<ProcessingJob> {
  const job = await readJob(services, userId, jobId);
  const chunks = await passagesOf(services.database, job);
  const isWritten = await services.database.transaction(async (tx) => {
    const note = await lockNote(tx, job);
    if (note?.version !== job.version) return false;
    await putChunks(tx, job, chunks);
    return true;
  });
  // It was changed meanwhile: what is indexed is what stands there now.
  if (!isWritten) return indexJob(services, userId, jobId);
  services.events.changed(jobId);
  await readInBackground(services, userId, jobId);
  return ownJob(services, userId, jobId);
}

/** Takes a note out of the index again, at once; what reads it is stopped. @throws {DestilaError} `not_found` */
export async function unindexJob(services: Index, userId: string, jobId: string): Promise<ProcessingJob> {
  const { database, events, operations } = services;
  const job = await ownJob(services, userId, jobId);
  await database.transaction(async (tx) => {
    await lockNote(tx, job);
    await removeChunks(tx, job);
  });
  const reading = (await latestOperations(database, jobId)).find(({ kind }) => kind === 'index');
  if (reading) await operations.cancel(reading.id, job);
  events.changed(jobId);
  return ownJob(services, userId, jobId);
}

/** The work that indexing leaves to do: what the person's model has not read yet, it reads. A new try goes on behind the last. */
export function createIndexing({ database, embedders }: { database: Database; embedders: Embedders }): OperationWork {
  return async ({ operation, signal, report }) => {
    const { user_id: userId, job_id: jobId } = operation;
    await readAll({ database, embedderFor: () => embedders.embedderFor(userId), jobId, signal, report });
    return async () => {};
  };
}

async function readInBackground({ database, embedders, operations }: Index, userId: string, jobId: string) {
  const isUnread = async () => {
    const embedder = await embedders.embedderFor(userId);
    return embedder !== null && (await unreadChunks(database, jobId, embedder, 1)).length > 0;
  };
  // Where no model can be had, the operation says why, on the note: it is indexed by its words all the same.
  if (await isUnread().catch(() => true)) await operations.start({ id: jobId, user_id: userId }, 'index');
}

interface Reading extends Pick<OperationContext, 'signal' | 'report'> {
  database: Database;
  embedderFor(): ReturnType<Embedders['embedderFor']>;
  jobId: string;
}

/**
 * Looks anew before every batch: meanwhile the note may have been saved again or taken out of the index, or the person may
 * not want that model to read it any more.
 */
async function readAll({ database, embedderFor, jobId, signal, report }: Reading): Promise<void> {
  const started = performance.now();
  for (let done = 0; ; ) {
    const embedder = await embedderFor();
    if (!embedder) return;
    const unread = await unreadChunks(database, jobId, embedder);
    const batch = unread.slice(0, BATCH);
    if (batch.length === 0) return;
    const each = done === 0 ? null : (performance.now() - started) / 1000 / done;
    report({
      unit: 'parts',
      done,
      total: done + unread.length,
      eta_seconds: each === null ? null : each * unread.length,
    });
    const vectors = await embedder.embed(batch.map(contextualText), 'passage', signal);
    const read = batch.flatMap(({ id }, at) => {
      const embedding = vectors[at];
      return embedding ? [{ id, embedding }] : [];
    });
    await putVectors(database, embedder.name, read);
    done += batch.length;
  }
}

async function passagesOf(database: Database, job: JobDetail) {
  const { status, summary_markdown: summary, segments, chapters, video_title: title } = job;
  if (summary === null || (status !== 'ready' && status !== 'saved')) throw new DestilaError('not_ready');
  const source = downloadOutputSchema.nullable().parse(await readCheckpoint(database, job.id, 'downloading'));
  const spoken = languageOf(segments.map(({ text }) => text).join(' '), job.source_language);
  const written = job.summary_facts?.language ?? job.output_language ?? spoken;
  return chunkJob({
    title,
    channel: source?.channel ?? null,
    segments,
    chapters,
    summary,
    languages: { spoken, written },
  });
}
