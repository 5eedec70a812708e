import { type BatchRequest, DestilaError, type JobListItem } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { findListItems } from '../database/jobs.ts';
import { parseSubmittedUrl } from '../media/source-url.ts';
import { commonFields, enqueueAs } from './enqueue-job.ts';
import type { Services } from './services.ts';

/** What became of one address of a batch. */
type BatchOutcome = { url: string; job: JobListItem } | { url: string; error: DestilaError };

/**
 * Queues many addresses, in their order; each is answered on its own, and the same video twice is one job.
 * @throws {DestilaError} `prompt_too_long`, `unknown_template`
 */
export async function enqueueBatch(
  services: Services,
  userId: string,
  { items, ...request }: BatchRequest,
): Promise<BatchOutcome[]> {
  const common = await commonFields(services, userId, request);
  const queued = new Map<string, string>();
  const outcomes: ({ url: string; jobId: string } | { url: string; error: DestilaError })[] = [];
  for (const { url, title } of items) {
    try {
      outcomes.push({ url, jobId: await add(url, title) });
    } catch (error) {
      if (!(error instanceof DestilaError)) throw error;
      outcomes.push({ url, error });
    }
  }
  const jobs = await asUser(services.database, userId, (tx) => findListItems(tx, [...queued.values()]));
  return outcomes.map((outcome) => {
    if ('error' in outcome) return outcome;
    const job = jobs.find(({ id }) => id === outcome.jobId);
    return job ? { url: outcome.url, job } : { url: outcome.url, error: new DestilaError('not_found') };
  });

  async function add(address: string, title: string | null | undefined): Promise<string> {
    const { url, sourceKey } = parseSubmittedUrl(address, services);
    const earlier = queued.get(sourceKey);
    // Also where `force` would let it in again.
    if (earlier) throw new DestilaError('duplicate_url', { extra: { job_id: earlier } });
    const jobId = await enqueueAs(services, userId, { url, sourceKey, title }, common);
    queued.set(sourceKey, jobId);
    return jobId;
  }
}
