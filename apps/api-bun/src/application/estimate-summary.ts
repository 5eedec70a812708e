import { DestilaError, type Estimate, type EstimateQuery } from '@destila/contracts';
import { readCheckpoint } from '../database/checkpoints.ts';
import { transcribeOutputSchema } from '../stages/stage.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';

/**
 * What it would take to write a job's summary anew. The model is not asked.
 * @throws {DestilaError} `not_found`, `not_ready` before there is a transcript, `llm_not_configured`, `secret_unreadable`
 */
export async function estimateSummary(
  services: Services,
  userId: string,
  jobId: string,
  { model }: EstimateQuery,
): Promise<Estimate> {
  const job = await ownJob(services, userId, jobId);
  const transcript = transcribeOutputSchema
    .nullable()
    .parse(await readCheckpoint(services.database, jobId, 'transcribing'));
  if (!transcript) throw new DestilaError('not_ready');
  const summarizer = await services.models.summarizerFor({ user_id: job.user_id, options: { model } });
  const estimate = summarizer.estimate(transcript) ?? { calls: 0, input_tokens: 0, output_tokens: 0 };
  return { model: summarizer.name, ...estimate };
}
