import { DestilaError, type EnqueueRequest, MAX_PROMPT_LENGTH, type ProcessingJob } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { readUserSettings } from '../database/user-settings.ts';
import { parseSubmittedUrl } from '../media/source-url.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';
import { checkTemplate } from './templates.ts';

/**
 * Queues a video by its address.
 * @throws {DestilaError} `invalid_url`, `url_too_long`, `private_address`, `prompt_too_long`, `unknown_template`, `duplicate_url` (with the job's id)
 */
export async function enqueueJob(services: Services, userId: string, request: EnqueueRequest): Promise<ProcessingJob> {
  const { url, sourceKey } = parseSubmittedUrl(request.url, services);
  return ownJob(services, userId, await enqueue(services, userId, { ...request, url, sourceKey }));
}

interface Source extends EnqueueRequest {
  sourceKey: string;
  title?: string | null | undefined;
}

/** Queues a source whose name is known. @throws {DestilaError} `prompt_too_long`, `unknown_template`, `duplicate_url` */
export async function enqueue(services: Services, userId: string, source: Source): Promise<string> {
  return enqueueAs(services, userId, source, await commonFields(services, userId, source));
}

/**
 * What holds for every video of a request. Without a language or a template of its own, a summary is written by those the
 * person settled on.
 * @throws {DestilaError} `prompt_too_long`, `unknown_template`
 */
export async function commonFields(services: Services, userId: string, request: Omit<EnqueueRequest, 'url'>) {
  if ((request.custom_prompt?.length ?? 0) > MAX_PROMPT_LENGTH) throw new DestilaError('prompt_too_long');
  const settings = await asUser(services.database, userId, async (tx) => {
    await checkTemplate(tx, userId, request.options?.template);
    return readUserSettings(tx);
  });
  const template = request.options?.template ?? settings.template;
  return {
    customPrompt: request.custom_prompt || null,
    outputLanguage: request.output_language ?? settings.output_language,
    force: request.force,
    options: { ...request.options, ...(template && { template }) },
  };
}

/** @throws {DestilaError} `duplicate_url` */
export async function enqueueAs(
  services: Services,
  userId: string,
  { url, sourceKey, title }: Pick<Source, 'url' | 'sourceKey' | 'title'>,
  common: Awaited<ReturnType<typeof commonFields>>,
): Promise<string> {
  const { jobId, created } = await services.queue.enqueue({ userId, url, sourceKey, title, ...common });
  if (!created) throw new DestilaError('duplicate_url', { extra: { job_id: jobId } });
  return jobId;
}
