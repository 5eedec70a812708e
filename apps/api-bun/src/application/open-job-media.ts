import { join } from 'node:path';
import { DestilaError, isUpload } from '@destila/contracts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';

/** The media file of an upload. @throws {DestilaError} `not_found`, also when the media is not ours or lies on another machine */
export async function openJobMedia(
  services: Services,
  userId: string,
  jobId: string,
): Promise<{ path: string; type: string }> {
  const job = await ownJob(services, userId, jobId);
  if (!isUpload(job.url)) throw new DestilaError('not_found');
  const path = uploadPath(services.uploadsDir, job.url);
  const file = Bun.file(path);
  if (!(await file.exists())) throw new DestilaError('not_found');
  // What a person uploaded must never run as a page of ours.
  return { path, type: /^(video|audio)\//.test(file.type) ? file.type : 'application/octet-stream' };
}

function uploadPath(uploadsDir: string, url: string): string {
  const [fileId = '', name = ''] = url.replace(/^upload:/, '').split('/');
  return join(uploadsDir, fileId, decodeURIComponent(name));
}
