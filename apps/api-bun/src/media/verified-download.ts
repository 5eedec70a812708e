import { type FileHandle, mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DestilaError, readRetryAfter } from '@destila/contracts';
import { asDiskError } from './disk-error.ts';
import { lockFile } from './file-lock.ts';

/** A file of somebody's release, known by its bytes: where they come from does not matter. */
export interface ReleaseFile {
  url: string;
  /** Of the whole file, in lower-case hexadecimal. */
  sha256: string;
  /** Bytes; null where nobody says before. */
  size: number | null;
  executable?: boolean;
}

export interface TransferOptions {
  signal: AbortSignal;
  onProgress?: (bytes: number, total: number | null) => void;
  /** An HTTP proxy's URL. */
  proxy?: string;
  /** Milliseconds without a byte. */
  silenceDeadline?: number;
}

/** What was asked for cannot be had; the message is for the log. Whoever asked knows what that means for a person. */
export class DownloadError extends Error {
  override readonly name: string = 'DownloadError';
}

/** A connection that may do better the next time. */
export class BrokenConnection extends DownloadError {
  override readonly name = 'BrokenConnection';
}

/** Connections that may break, one after the other, without getting further. */
const MAX_FRUITLESS = 3;
const SILENCE_DEADLINE = 30_000;
/** Bytes of a file whose size nobody said. */
const MAX_SIZE = 1024 ** 3;
const MAX_TEXT_SIZE = 1024 ** 2;

/**
 * Brings a file to `target`, which is there whole and verified or not at all. What came of an earlier attempt, also of
 * another process, is resumed; of processes that want the same file one fetches it and the others wait.
 *
 * No `If-Range` is sent: the checksum says more than an ETag, which differs from mirror to mirror. What does not fit
 * together is found at the end, and fetched anew.
 * @throws {DownloadError}
 * @throws {DestilaError} `rate_limited`, `disk_full`; and the signal's reason
 */
export async function downloadVerified(file: ReleaseFile, target: string, options: TransferOptions): Promise<void> {
  const { signal, onProgress } = options;
  const part = `${target}.part`;
  signal.throwIfAborted();
  if (await isWhole(target, file.size)) return;
  await mkdir(dirname(target), { recursive: true });
  using _lock = await lockFile(`${target}.lock`, {
    signal,
    onWait: async () => onProgress?.(await sizeOf(part), file.size),
  });
  if (await isWhole(target, file.size)) return;
  try {
    await fetchVerified(file, part, options);
    await rename(part, target);
  } catch (error) {
    const failure = asDiskError(error);
    if (failure instanceof DestilaError && failure.code === 'disk_full') await rm(part, { force: true });
    throw failure;
  }
}

/** A small text, such as a list of checksums. @throws as `downloadVerified` does */
export async function downloadText(url: string, options: TransferOptions): Promise<string> {
  return visit(url, {}, options, async (response, chunks) => {
    refuse(response);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > MAX_TEXT_SIZE) throw new DownloadError(`${url} is larger than expected`);
      parts.push(chunk);
    }
    return Buffer.concat(parts).toString('utf8');
  });
}

/** Whether a finished download is there: of the right size, where that is known. */
export async function isWhole(path: string, size: number | null): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true && (size === null || found.size === size);
}

async function fetchVerified(file: ReleaseFile, part: string, options: TransferOptions): Promise<void> {
  let resumes = (await sizeOf(part)) > 0;
  while (true) {
    await fetchWhole(file, part, options);
    const sha256 = await sha256Of(part, options.signal);
    if (sha256 === file.sha256) break;
    await rm(part, { force: true });
    if (!resumes) throw new DownloadError(`the SHA-256 of ${file.url} is ${sha256} instead of ${file.sha256}`);
    // What was there before may have been spoilt, or of another file.
    resumes = false;
  }
  await using handle = await open(part, 'r+');
  if (file.executable) await handle.chmod(0o755);
  await handle.sync();
}

async function fetchWhole(file: ReleaseFile, part: string, options: TransferOptions): Promise<void> {
  let furthest = await sizeOf(part);
  for (let fruitless = 0; ; ) {
    try {
      return await fetchRest(file, part, options);
    } catch (error) {
      const size = await sizeOf(part);
      fruitless = size > furthest ? 0 : fruitless + 1;
      furthest = Math.max(furthest, size);
      if (!(error instanceof BrokenConnection) || fruitless === MAX_FRUITLESS) throw error;
    }
  }
}

/** One connection's worth: from where the part ends, or from the beginning where the server knows no ranges. */
async function fetchRest(file: ReleaseFile, part: string, options: TransferOptions): Promise<void> {
  const size = await sizeOf(part);
  if (size > 0 && size === file.size) return;
  const range: Record<string, string> = size > 0 ? { range: `bytes=${size}-` } : {};
  await visit(file.url, range, options, async (response, chunks) => {
    // Nothing comes after what is here; the checksum tells whether that is right.
    if (size > 0 && response.status === 416) return;
    refuse(response);
    const from = firstByte(response);
    if (from !== 0 && from !== size) throw new DownloadError(`${file.url} gives another range than was asked for`);
    const total = file.size ?? totalOf(response, from);
    await requireSpace(dirname(part), (total ?? 0) - from);
    await using handle = await open(part, from === 0 ? 'w' : 'a');
    await append(handle, chunks, { from, total, limit: file.size ?? MAX_SIZE, onProgress: options.onProgress });
  });
}

async function append(
  handle: FileHandle,
  chunks: AsyncIterable<Uint8Array>,
  {
    from,
    total,
    limit,
    onProgress,
  }: { from: number; total: number | null; limit: number; onProgress: TransferOptions['onProgress'] },
): Promise<void> {
  let size = from;
  onProgress?.(size, total);
  for await (const chunk of chunks) {
    await handle.appendFile(chunk);
    size += chunk.length;
    if (size > limit) throw new DownloadError(`more than the expected ${limit} bytes arrive`);
    onProgress?.(size, total);
  }
  if (total !== null && size < total) throw new BrokenConnection(`the connection ended at byte ${size} of ${total}`);
}

type Chunks = AsyncIterable<Uint8Array>;

/** Opens an address for the length of `use`, and closes the connection however that ends. */
async function visit<T>(
  url: string,
  headers: Record<string, string>,
  { signal, proxy, silenceDeadline = SILENCE_DEADLINE }: TransferOptions,
  use: (response: Response, chunks: Chunks) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const connection = new AbortController();
  const quiet = new BrokenConnection(`${url} sent nothing for ${silenceDeadline / 1000} s`);
  const silence = setTimeout(() => connection.abort(quiet), silenceDeadline);
  const either = AbortSignal.any([signal, connection.signal]);
  const broken = (cause: unknown) =>
    either.aborted
      ? either.reason
      : new BrokenConnection(`${url}: ${cause instanceof Error ? cause.message : cause}`, { cause });

  async function* chunksOf(response: Response): Chunks {
    try {
      for await (const chunk of response.body ?? []) {
        silence.refresh();
        yield chunk;
      }
    } catch (cause) {
      throw broken(cause);
    }
  }

  try {
    const response = await fetch(url, {
      signal: either,
      // Bytes as they are, so that lengths and ranges mean the file's own.
      headers: { 'accept-encoding': 'identity', 'user-agent': 'Destila', ...headers },
      ...(proxy !== undefined && { proxy }),
    }).catch((cause: unknown) => {
      throw broken(cause);
    });
    return await use(response, chunksOf(response));
  } finally {
    clearTimeout(silence);
    connection.abort();
  }
}

function refuse(response: Response): void {
  if (response.ok) return;
  const detail = `HTTP ${response.status} from ${response.url}`;
  if (response.status === 429)
    throw new DestilaError('rate_limited', { detail, ...readRetryAfter(response.headers.get('retry-after')) });
  throw response.status >= 500 ? new BrokenConnection(detail) : new DownloadError(detail);
}

function firstByte(response: Response): number {
  const [, from] = response.headers.get('content-range')?.match(/^bytes (\d+)-/) ?? [];
  return response.status === 206 && from !== undefined ? Number(from) : 0;
}

function totalOf(response: Response, from: number): number | null {
  const length = response.headers.get('content-length');
  return length !== null && /^\d+$/.test(length) ? from + Number(length) : null;
}

/** A disk that a model would fill to the brim is of no use to the database beside it either. */
async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < bytes) throw new DestilaError('disk_full', { detail: `${bytes} bytes wanted, ${free} free in ${folder}` });
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found?.size ?? 0;
}

async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256');
  for await (const chunk of Bun.file(path).stream()) {
    signal.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}
