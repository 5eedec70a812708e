import { DestilaError, formatTimestamp } from '@destila/contracts';
import { absoluteLinks } from './note.ts';
import { ownJob } from './own-job.ts';
import { readJob } from './read-job.ts';
import type { Services } from './services.ts';

/** The summary as a Markdown file whose links work anywhere. @throws {DestilaError} `not_found`, `not_ready` */
export async function exportNote(services: Services, userId: string, jobId: string): Promise<string> {
  const job = await ownJob(services, userId, jobId);
  if (job.summary_markdown === null) throw new DestilaError('not_ready');
  return absoluteLinks(job.summary_markdown, services.publicUrl);
}

/** The transcript as text, a line a segment. @throws {DestilaError} `not_found`, `not_ready` */
export async function exportTranscript(services: Services, userId: string, jobId: string): Promise<string> {
  const { segments } = await readJob(services, userId, jobId);
  if (segments.length === 0) throw new DestilaError('not_ready');
  return segments.map(({ start, text }) => `[${formatTimestamp(start)}] ${text}\n`).join('');
}
