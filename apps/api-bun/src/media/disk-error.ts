import { DestilaError } from '@destila/contracts';

/** A full disk by the name people know it; any other error as it is. */
export function asDiskError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' ? new DestilaError('disk_full', { cause: error }) : error;
}
