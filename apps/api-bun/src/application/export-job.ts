import { DestilaError } from '@destila/contracts';
import type { ExportedFile } from './export-transcript.ts';
import { absoluteLinks } from './note.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';

/** The summary as a Markdown file whose links work anywhere. @throws {DestilaError} `not_found`, `not_ready` */
export async function exportNote(services: Services, userId: string, jobId: string): Promise<ExportedFile> {
  const job = await ownJob(services, userId, jobId);
  if (job.summary_markdown === null) throw new DestilaError('not_ready');
  const text = absoluteLinks(job.summary_markdown, services.publicUrl);
  return { title: job.video_title, type: 'text/markdown', text };
}
