import { DestilaError, isUpload } from '@destila/contracts';
import { uploadedFile } from '../media/media-cache.ts';
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
  const path = await uploadedFile(services.dataDir, job.url).catch((error: unknown) => {
    throw new DestilaError('not_found', { cause: error });
  });
  const { type } = Bun.file(path);
  // What a person uploaded must never run as a page of ours.
  return { path, type: /^(video|audio)\//.test(type) ? type : 'application/octet-stream' };
}
