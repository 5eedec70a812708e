import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DestilaError, isUpload, UPLOAD_SCHEME } from '@destila/contracts';
import { asDiskError } from './disk-error.ts';
import { AUDIO_EXTENSION } from './ffmpeg.ts';

/** The sound of jobs that wait for transcription. What is missing can always be fetched again. */
export interface MediaCache {
  /** Null also for a file that is not as it was when it was kept. */
  find(jobId: string): Promise<string | null>;
  /** Moves a complete file in; a reader sees all of it or none. @throws {DestilaError} `disk_full` */
  keep(jobId: string, file: string): Promise<string>;
  remove(jobId: string): Promise<void>;
  /** What is kept, oldest first. */
  list(): Promise<CachedSound[]>;
  /** Tells of every file that was kept, until what it returns is called. */
  onKept(listener: () => void): () => void;
}

export interface CachedSound {
  jobId: string;
  bytes: number;
  keptAt: Date;
}

/** Files are named by job and size: what a full disk or a power cut shortened is seen to be so. */
const NAME = new RegExp(`^([\\w-]+)\\.(\\d+)\\.${AUDIO_EXTENSION}$`);

export async function openMediaCache(dataDir: string): Promise<MediaCache> {
  const folder = join(dataDir, 'cache');
  await mkdir(folder, { recursive: true });
  const listeners = new Set<() => void>();

  async function namesOf(jobId: string): Promise<string[]> {
    return (await readdir(folder)).filter((name) => NAME.exec(name)?.[1] === jobId);
  }

  async function remove(jobId: string, { but }: { but?: string } = {}): Promise<void> {
    for (const name of await namesOf(jobId)) if (name !== but) await rm(join(folder, name), { force: true });
  }

  return {
    async find(jobId) {
      for (const name of await namesOf(jobId)) if (await isWhole(folder, name)) return join(folder, name);
      return null;
    },
    async keep(jobId, file) {
      // A copy first, since the file may be on another disk, from which it cannot be renamed.
      const incoming = join(folder, `${jobId}.${crypto.randomUUID()}.part`);
      try {
        await copyFile(file, incoming);
        const name = `${jobId}.${await flush(incoming)}.${AUDIO_EXTENSION}`;
        await rename(incoming, join(folder, name));
        await remove(jobId, { but: name });
        for (const listener of listeners) listener();
        return join(folder, name);
      } catch (error) {
        await rm(incoming, { force: true });
        throw asDiskError(error);
      }
    },
    remove: (jobId) => remove(jobId),
    async list() {
      const sounds = await Promise.all((await readdir(folder)).map((name) => describe(folder, name)));
      return sounds.filter((sound) => sound !== null).toSorted((a, b) => a.keptAt.getTime() - b.keptAt.getTime());
    },
    onKept(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Whether a file of the cache's folder is a sound, and not a copy that was cut off. */
export function isCachedSound(name: string): boolean {
  return NAME.test(name);
}

async function isWhole(folder: string, name: string): Promise<boolean> {
  const info = await stat(join(folder, name)).catch(() => null);
  return info?.isFile() === true && info.size > 0 && info.size === Number(NAME.exec(name)?.[2]);
}

/** Sees to it that a file's bytes are on the disk before its name is; gives their number. */
async function flush(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

async function describe(folder: string, name: string): Promise<CachedSound | null> {
  const jobId = NAME.exec(name)?.[1];
  const info = await stat(join(folder, name)).catch(() => null);
  return jobId && info ? { jobId, bytes: info.size, keptAt: info.mtime } : null;
}

/**
 * Where an uploaded file is kept: `<data dir>/uploads/<file id>/<name>`.
 * @throws {DestilaError} `source_not_found` when it is not there, or the URL names no file of that folder
 */
export async function uploadedFile(dataDir: string, url: string): Promise<string> {
  const [id = '', name = '', ...more] = isUpload(url) ? url.slice(UPLOAD_SCHEME.length).split('/') : [];
  const plain = /^[\w-]+$/.test(id) && name === basename(name) && !/^\.*$/.test(name) && more.length === 0;
  const path = join(dataDir, 'uploads', id, name);
  if (!plain || !(await isFile(path))) throw new DestilaError('source_not_found');
  return path;
}

async function isFile(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  return info?.isFile() ?? false;
}
