import { DestilaError, type EnqueueRequest, MAX_PROMPT_LENGTH, type ProcessingJob } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { readUserSettings } from '../database/user-settings.ts';
import { parseSubmittedUrl } from '../media/source-url.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';

/**
 * Queues a video by its address.
 * @throws {DestilaError} `invalid_url`, `url_too_long`, `private_address`, `prompt_too_long`, `duplicate_url` (with the job's id)
 */
export async function enqueueJob(services: Services, userId: string, request: EnqueueRequest): Promise<ProcessingJob> {
  const { url, sourceKey } = parseSubmittedUrl(request.url, services);
  return ownJob(services, userId, await enqueue(services, userId, { ...request, url, sourceKey }));
}

interface Source extends EnqueueRequest {
  sourceKey: string;
  title?: string;
}

/** Queues a source whose name is known. Without a language of its own, the summary is written in the one the person settled on. */
export async function enqueue(services: Services, userId: string, source: Source): Promise<string> {
  if ((source.custom_prompt?.length ?? 0) > MAX_PROMPT_LENGTH) throw new DestilaError('prompt_too_long');
  const settings = await asUser(services.database, userId, readUserSettings);
  const { jobId, created } = await services.queue.enqueue({
    userId,
    url: source.url,
    sourceKey: source.sourceKey,
    customPrompt: source.custom_prompt || null,
    outputLanguage: source.output_language ?? settings.output_language,
    title: source.title,
    force: source.force,
    options: source.options,
  });
  if (!created) throw new DestilaError('duplicate_url', { extra: { job_id: jobId } });
  return jobId;
}
