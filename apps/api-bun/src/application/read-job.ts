import type { JobDetail } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { listCategories, listCategorizedNotes } from '../database/categories.ts';
import { readCheckpoint } from '../database/checkpoints.ts';
import type { JobRow } from '../database/jobs.ts';
import { latestOperations } from '../database/operations.ts';
import { downloadOutputSchema, transcribeOutputSchema } from '../stages/stage.ts';
import { chaptersOf } from './note-chapters.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';
import { suggestCategory } from './suggest-category.ts';

/** A job with its transcript and the chapters of its note, or else its source's, as far as its stages have come. @throws {DestilaError} `not_found` */
export async function readJob(services: Pick<Services, 'database'>, userId: string, jobId: string): Promise<JobDetail> {
  const job = await ownJob(services, userId, jobId);
  const [download, transcript, operations] = await Promise.all([
    readCheckpoint(services.database, jobId, 'downloading').then(downloadOutputSchema.nullable().parse),
    readCheckpoint(services.database, jobId, 'transcribing').then(transcribeOutputSchema.nullable().parse),
    latestOperations(services.database, jobId),
  ]);
  const segments = transcript?.segments ?? [];
  const chapters = chaptersOf(job.summary_markdown ?? '', job.video_duration ?? segments.at(-1)?.end ?? 0);
  return {
    ...job,
    segments,
    chapters: chapters.length > 0 ? chapters : (download?.chapters ?? []),
    operations,
    transcript_origin: transcript?.origin ?? null,
    transcript_dropped: transcript?.dropped,
    suggested_category_id: await suggestionFor(services, job, download?.channel ?? null),
  };
}

/** For a finished note without a category: only then is it known what it is about. */
async function suggestionFor(
  { database }: Pick<Services, 'database'>,
  job: JobRow,
  channel: string | null,
): Promise<string | null> {
  if (job.category_id !== null || (job.status !== 'ready' && job.status !== 'saved')) return null;
  return asUser(database, job.user_id, async (tx) => {
    const categories = await listCategories(tx);
    if (categories.length === 0) return null;
    return suggestCategory({ tags: job.ai_tags, channel }, categories, await listCategorizedNotes(tx));
  });
}
