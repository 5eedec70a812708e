import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isUpload } from '@destila/contracts';
import { type MediaCache, uploadedFile } from '../media/media-cache.ts';
import type { Services } from './services.ts';

const HOUR = 3_600_000;

/** Once now and then every hour: removes for good what was deleted long enough ago. */
export function keepHouse(services: Pick<Services, 'queue' | 'dataDir' | 'logger'>, cache: MediaCache): Disposable {
  const keep = () =>
    purgeDeletedJobs(services, cache).catch((error: unknown) =>
      services.logger.error({ err: error }, 'housekeeping failed'),
    );
  void keep();
  const timer = setInterval(() => void keep(), HOUR);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function purgeDeletedJobs(
  { queue, dataDir, logger }: Pick<Services, 'queue' | 'dataDir' | 'logger'>,
  cache: MediaCache,
) {
  const purged = await queue.purgeDeleted();
  for (const { job_id, url } of purged) {
    await cache.remove(job_id);
    const path = isUpload(url) ? await uploadedFile(dataDir, url).catch(() => null) : null;
    if (path) await rm(dirname(path), { recursive: true, force: true });
  }
  if (purged.length > 0) logger.info({ jobs: purged.length }, 'deleted jobs purged');
}
