import type { JobDetail } from '@destila/contracts';
import { readCheckpoint } from '../database/checkpoints.ts';
import { latestOperations } from '../database/operations.ts';
import { downloadOutputSchema, summarizeOutputSchema, transcribeOutputSchema } from '../stages/stage.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';

/** A job with its transcript and chapters, as far as its stages have come. @throws {DestilaError} `not_found` */
export async function readJob(services: Pick<Services, 'database'>, userId: string, jobId: string): Promise<JobDetail> {
  const job = await ownJob(services, userId, jobId);
  const [download, transcript, summary, operations] = await Promise.all([
    readCheckpoint(services.database, jobId, 'downloading').then(downloadOutputSchema.nullable().parse),
    readCheckpoint(services.database, jobId, 'transcribing').then(transcribeOutputSchema.nullable().parse),
    readCheckpoint(services.database, jobId, 'summarizing').then(summarizeOutputSchema.nullable().parse),
    latestOperations(services.database, jobId),
  ]);
  return {
    ...job,
    segments: transcript?.segments ?? [],
    chapters: summary?.chapters ?? download?.chapters ?? [],
    operations,
    transcript_origin: transcript?.origin ?? null,
    transcript_dropped: transcript?.dropped,
  };
}
