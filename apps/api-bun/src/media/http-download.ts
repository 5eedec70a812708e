import { type FileHandle, open, rm } from 'node:fs/promises';
import { DestilaError } from '@destila/contracts';
import { asDiskError } from './disk-error.ts';
import { contentKind, readHead, SNIFFED_BYTES } from './media-type.ts';
import { type OutsideFetch, type OutsideResponse, sourceError } from './outside-fetch.ts';

export interface DownloadRequest {
  url: string;
  /** The file to write; gone again when the download fails. */
  target: string;
  /** Bytes. */
  limit: number;
  signal: AbortSignal;
  onProgress?: (bytes: number, total: number | null) => void;
}

/** Connections that may break, one after the other, with hardly a new byte: a site that drips would go on for weeks. */
const MAX_FRUITLESS = 3;
const LEAST_FRUIT = 256 * 1024;

/**
 * Streams media to disk and resumes where a connection broke. Returns where the redirects ended.
 * @throws {DestilaError} `not_a_video` for a page, `wrong_file_type`, `empty_file`, `too_large`, `truncated_file`,
 *   `disk_full`, what `sourceError` makes of a status, and what `OutsideFetch` throws
 */
export async function downloadMedia(fetchOutside: OutsideFetch, request: DownloadRequest): Promise<{ url: string }> {
  try {
    await using file = await open(request.target, 'w');
    return await new Transfer(fetchOutside, request, file).run();
  } catch (error) {
    await rm(request.target, { force: true });
    throw asDiskError(error);
  }
}

class Transfer {
  private received = 0;
  private furthest = 0;
  private total: number | null = null;
  /** What names this very version of the file: an ETag or a date (RFC 9110 §13.1.5). */
  private version: string | null = null;
  private contentType: string | null = null;
  private begun = false;
  private checked = false;

  constructor(
    private readonly fetchOutside: OutsideFetch,
    private readonly request: DownloadRequest,
    private readonly file: FileHandle,
  ) {}

  async run(): Promise<{ url: string }> {
    let fruitless = 0;
    while (true) {
      const before = this.furthest;
      try {
        const { url } = await this.receive();
        await this.finish();
        return { url };
      } catch (error) {
        if (!isBroken(error) || !this.begun) throw error;
        fruitless = this.furthest >= before + LEAST_FRUIT ? 0 : fruitless + 1;
        if (fruitless === MAX_FRUITLESS) throw this.givenUp(error);
      }
    }
  }

  private async receive(): Promise<OutsideResponse> {
    const { url, signal, limit, onProgress } = this.request;
    const response = await this.fetchOutside(url, { signal, headers: this.resumption() });
    try {
      this.begin(response);
      for await (const chunk of response.chunks()) {
        await this.write(chunk);
        if (this.received > limit) throw new DestilaError('too_large');
        if (this.received < SNIFFED_BYTES) continue;
        await this.checkKind();
        // A page is no beginning of a video: before it is known to be none, nothing has been done.
        onProgress?.(this.received, this.total);
      }
      return response;
    } finally {
      response.cancel();
    }
  }

  private resumption(): Record<string, string> {
    if (this.received === 0 || this.version === null) return {};
    return { range: `bytes=${this.received}-`, 'if-range': this.version };
  }

  /** Takes what the answer's head says; anything but the asked-for rest means starting over. */
  private begin(response: OutsideResponse) {
    const failure = sourceError(response);
    if (failure) throw failure;
    const range = response.status === 206 ? contentRange(response) : null;
    if (range && range.from === this.received && range.size === this.total) return;
    if (response.status === 206 && !range?.isWhole) {
      this.version = null;
      throw new DestilaError('network', { detail: 'another range than was asked for' });
    }

    this.begun = true;
    this.received = 0;
    this.checked = false;
    this.contentType = response.headers.get('content-type');
    this.total = contentLength(response);
    this.version = strongVersion(response);
    if (this.total !== null && this.total > this.request.limit) throw new DestilaError('too_large');
  }

  private async write(chunk: Uint8Array) {
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await this.file.write(chunk, done, chunk.length - done, this.received);
      done += bytesWritten;
      this.received += bytesWritten;
    }
    this.furthest = Math.max(this.furthest, this.received);
  }

  private async finish() {
    if (this.received === 0) throw new DestilaError('empty_file');
    await this.checkKind();
    await this.file.truncate(this.received);
  }

  private async checkKind() {
    if (this.checked) return;
    const kind = await contentKind(await readHead(this.request.target), this.contentType);
    if (kind === 'page') throw new DestilaError('not_a_video');
    if (kind === 'other') throw new DestilaError('wrong_file_type');
    this.checked = true;
  }

  private givenUp(cause: unknown): DestilaError {
    const detail = `${this.furthest} of ${this.total ?? 'unknown'} bytes`;
    return new DestilaError(this.total === null ? 'network' : 'truncated_file', { detail, cause });
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof DestilaError && error.code === 'network';
}

function contentLength(response: OutsideResponse): number | null {
  const value = response.headers.get('content-length');
  return value !== null && /^\d+$/.test(value) && !response.headers.has('content-encoding') ? Number(value) : null;
}

function contentRange(response: OutsideResponse) {
  const range = response.headers.get('content-range')?.match(/^bytes (\d+)-(\d+)\/(\d+)$/);
  if (!range) return null;
  const [from = 0, to = 0, size = 0] = range.slice(1).map(Number);
  return { from, size, isWhole: from === 0 && to === size - 1 };
}

/** A weak ETag cannot vouch for ranges (RFC 9110 §13.1.5). */
function strongVersion(response: OutsideResponse): string | null {
  const etag = response.headers.get('etag');
  return etag && !etag.startsWith('W/') ? etag : response.headers.get('last-modified');
}
