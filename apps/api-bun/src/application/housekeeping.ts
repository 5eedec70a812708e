import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isUpload } from '@destila/contracts';
import { isUploadUsed, listAwaitingSound, listClaims } from '../database/jobs.ts';
import { type CacheLimits, soundsToRemove } from '../media/cache-limits.ts';
import { isCachedSound, type MediaCache, uploadedFile } from '../media/media-cache.ts';
import { claimFolder } from './job-processor.ts';
import type { Services } from './services.ts';

const HOUR = 3_600_000;
/** Milliseconds after which a file that nobody came for was left behind by a process that was killed. */
const LEFT_BEHIND = 48 * HOUR;

type House = Pick<Services, 'queue' | 'database' | 'dataDir' | 'logger'>;

/**
 * At once and then every hour: removes for good what was deleted long enough ago, what killed processes left behind, and
 * sound that is not needed or too much; the last also whenever a sound was kept.
 */
export function keepHouse(house: House, cache: MediaCache, limits: CacheLimits): Disposable {
  const say = (error: unknown) => house.logger.error({ err: error }, 'housekeeping failed');
  const sweepSounds = () => sweepCache(house, cache, limits);
  const keep = () =>
    Promise.all([purgeDeletedJobs(house, cache), sweepUploads(house), sweepWork(house), sweepSounds()]).catch(say);
  void keep();
  const timer = setInterval(() => void keep(), HOUR);
  const stopListening = cache.onKept(() => void sweepSounds().catch(say));
  return {
    [Symbol.dispose]: () => {
      stopListening();
      clearInterval(timer);
    },
  };
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

async function sweepCache({ database, dataDir }: House, cache: MediaCache, limits: CacheLimits): Promise<void> {
  const sounds = await cache.list();
  const ids = sounds.map(({ jobId }) => jobId);
  const jobs = ids.length > 0 ? await listAwaitingSound(database, ids) : [];
  for (const jobId of soundsToRemove(sounds, jobs, limits, new Date())) await cache.remove(jobId);
  const folder = join(dataDir, 'cache');
  const strange = (await leftBehind(folder)).filter((name) => !isCachedSound(name));
  for (const name of strange) await rm(join(folder, name), { recursive: true, force: true });
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
