import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DestilaError, isUpload, UPLOAD_SCHEME } from '@destila/contracts';
import { asDiskError } from './disk-error.ts';
import { AUDIO_EXTENSION } from './ffmpeg.ts';

/** The sound of jobs that wait for transcription. What is missing can always be fetched again. */
export interface MediaCache {
  find(jobId: string): Promise<string | null>;
  /** Moves a complete file in; a reader sees all of it or none. @throws {DestilaError} `disk_full` */
  keep(jobId: string, file: string): Promise<string>;
  remove(jobId: string): Promise<void>;
}

export async function openMediaCache(dataDir: string): Promise<MediaCache> {
  const folder = join(dataDir, 'cache');
  await mkdir(folder, { recursive: true });
  const pathOf = (jobId: string) => join(folder, `${jobId}.${AUDIO_EXTENSION}`);
  return {
    async find(jobId) {
      return (await isFile(pathOf(jobId))) ? pathOf(jobId) : null;
    },
    async keep(jobId, file) {
      // A copy first, since the file may be on another disk, from which it cannot be renamed.
      const incoming = `${pathOf(jobId)}.${crypto.randomUUID()}.part`;
      try {
        await copyFile(file, incoming);
        await rename(incoming, pathOf(jobId));
      } catch (error) {
        await rm(incoming, { force: true });
        throw asDiskError(error);
      }
      return pathOf(jobId);
    },
    remove: (jobId) => rm(pathOf(jobId), { force: true }),
  };
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
