import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isUpload } from '@destila/contracts';
import { isUploadUsed, listClaims } from '../database/jobs.ts';
import { type MediaCache, uploadedFile } from '../media/media-cache.ts';
import { claimFolder } from './job-processor.ts';
import type { Services } from './services.ts';

const HOUR = 3_600_000;
/** Milliseconds after which a file that nobody came for was left behind by a process that was killed. */
const LEFT_BEHIND = 48 * HOUR;

type House = Pick<Services, 'queue' | 'database' | 'dataDir' | 'logger'>;

/** At once and then every hour: removes for good what was deleted long enough ago, and what killed processes left behind. */
export function keepHouse(house: House, cache: MediaCache): Disposable {
  const keep = () =>
    Promise.all([purgeDeletedJobs(house, cache), sweepUploads(house), sweepWork(house), sweepCache(house)]).catch(
      (error: unknown) => house.logger.error({ err: error }, 'housekeeping failed'),
    );
  void keep();
  const timer = setInterval(() => void keep(), HOUR);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function purgeDeletedJobs({ queue, dataDir, logger }: House, cache: MediaCache): Promise<void> {
  const purged = await queue.purgeDeleted();
  for (const { job_id, url } of purged) {
    await cache.remove(job_id);
    const path = isUpload(url) ? await uploadedFile(dataDir, url).catch(() => null) : null;
    if (path) await rm(dirname(path), { recursive: true, force: true });
  }
  if (purged.length > 0) logger.info({ jobs: purged.length }, 'deleted jobs purged');
}

/** Uploads that were cut off by the end of the process never got a job. */
async function sweepUploads({ database, dataDir }: House): Promise<void> {
  const uploads = join(dataDir, 'uploads');
  for (const fileId of await leftBehind(uploads)) {
    if (!(await isUploadUsed(database, fileId))) await rm(join(uploads, fileId), { recursive: true, force: true });
  }
}

/** Folders of claims that have ended: a process that is killed leaves its own behind. */
export async function sweepWork({ database, dataDir }: Pick<House, 'database' | 'dataDir'>): Promise<void> {
  const work = join(dataDir, 'work');
  const folders = await readdir(work).catch(() => []);
  // Asked after reading the folder: whatever is claimed from now on is not among what was read.
  const held = new Set((await listClaims(database)).map(claimFolder));
  for (const name of folders) if (!held.has(name)) await rm(join(work, name), { recursive: true, force: true });
}

/** Sound that nobody came for: it can be fetched again. */
async function sweepCache({ dataDir }: House): Promise<void> {
  const cache = join(dataDir, 'cache');
  for (const name of await leftBehind(cache)) await rm(join(cache, name), { recursive: true, force: true });
}

async function leftBehind(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const ages = await Promise.all(
    names.map(async (name) => {
      const info = await stat(join(folder, name)).catch(() => null);
      return { name, age: info ? Date.now() - info.mtimeMs : 0 };
    }),
  );
  return ages.filter(({ age }) => age > LEFT_BEHIND).map(({ name }) => name);
}
