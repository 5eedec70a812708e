import { DestilaError } from '@destila/contracts';

/** Bytes of a request that is read into memory. */
const JSON_LIMIT = 4 * 1024 ** 2;

/**
 * Refuses what is too large before a byte of it is read.
 * @throws {DestilaError} `payload_too_large`; `length_required` for a body read into memory that does not say its size
 */
export function checkBodySize(request: Request, uploadLimit: number): void {
  const isUpload = new URL(request.url).pathname === '/api/jobs/upload';
  const length = request.headers.get('content-length');
  if (length !== null && Number(length) > (isUpload ? uploadLimit : JSON_LIMIT))
    throw new DestilaError('payload_too_large');
  if (!isUpload && length === null && request.headers.has('transfer-encoding'))
    throw new DestilaError('length_required');
}
