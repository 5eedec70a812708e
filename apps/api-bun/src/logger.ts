import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DestilaError } from '@destila/contracts';
import pino, { type Logger } from 'pino';

/** Characters kept while the disk is full, to be written when there is space again; what is beyond them is dropped. */
const BACKLOG = 1_000_000;

/** One JSON object a line, to standard error or to a file. Secrets are in no field that is logged. */
export function createLogger(level: string, target: 'stderr' | { file: string }): Logger {
  if (target !== 'stderr') mkdirSync(dirname(target.file), { recursive: true });
  const destination = pino.destination({ dest: target === 'stderr' ? 2 : target.file, sync: true, maxLength: BACKLOG });
  // An error that nobody listens to would end the process, for want of a log.
  destination.on('error', () => {});
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: serializeError } },
    destination,
  );
}

/** What went wrong and why, to the root cause. */
function serializeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    name: error.name,
    message: error.message,
    ...(error instanceof DestilaError ? { code: error.code } : { stack: error.stack }),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}
