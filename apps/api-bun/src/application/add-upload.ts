import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DestilaError, type JobOptions, type ProcessingJob, UPLOAD_SCHEME } from '@destila/contracts';
import { asDiskError } from '../media/disk-error.ts';
import { readableName } from '../stages/find-source.ts';
import { enqueue } from './enqueue-job.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';

export interface Upload {
  /** As the person's machine calls it. */
  filename: string;
  body: ReadableStream<Uint8Array>;
  custom_prompt?: string | null | undefined;
  output_language?: 'es' | 'en' | null | undefined;
  options?: JobOptions | undefined;
  /** Queue it although a job for the same bytes exists. */
  force?: boolean | undefined;
}

/**
 * Streams a media file to disk and queues it. The same bytes again are the same source, refused unless forced.
 * @throws {DestilaError} `empty_file`, `payload_too_large`, `disk_full`, `prompt_too_long`, `duplicate_url`
 */
export async function addUpload(services: Services, userId: string, upload: Upload): Promise<ProcessingJob> {
  const fileId = crypto.randomUUID();
  const folder = join(services.dataDir, 'uploads', fileId);
  const name = safeFilename(upload.filename);
  const jobId = await keepAndEnqueue().catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw asDiskError(error);
  });
  return ownJob(services, userId, jobId);

  async function keepAndEnqueue(): Promise<string> {
    await mkdir(folder, { recursive: true });
    const sha256 = await writeToDisk(upload.body, join(folder, name), services.uploadLimit);
    return enqueue(services, userId, {
      url: `${UPLOAD_SCHEME}${fileId}/${name}`,
      sourceKey: `sha256:${sha256}`,
      title: readableName({ path: name, url: null }) ?? name,
      custom_prompt: upload.custom_prompt,
      output_language: upload.output_language,
      options: upload.options,
      force: upload.force,
    });
  }
}

async function writeToDisk(body: ReadableStream<Uint8Array>, path: string, limit: number): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      size += chunk.byteLength;
      hash.update(chunk);
      if (size > limit) done(new DestilaError('payload_too_large'));
      else done(null, chunk);
    },
  });
  await pipeline(Readable.from(body), measure, createWriteStream(path, { flags: 'wx' }));
  if (size === 0) throw new DestilaError('empty_file');
  return hash.digest('hex');
}

/** A character takes up to three bytes a UTF-16 unit, and a name up to 255 bytes. */
const LONGEST_NAME = 80;

/** The last part of any path, without what some file system or header would trip over. */
function safeFilename(filename: string): string {
  const plain = basename(filename.replaceAll('\\', '/'))
    .replace(/[\p{Cc}<>:"|?*]/gu, '')
    .trim();
  return plain.replace(/^\.+/, '').slice(-LONGEST_NAME).toWellFormed() || 'video';
}
