import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DestilaError } from '@destila/contracts';
import pino, { type Logger } from 'pino';

/** Characters kept while the disk is full, to be written when there is space again; what is beyond them is dropped. */
const BACKLOG = 1_000_000;

/** Fields whose values are for nobody's eyes, should an object that has one ever be logged, up to three levels deep. */
const SECRET_FIELDS = [
  'apiKey',
  'api_key',
  'authorization',
  'cookie',
  'key',
  'password',
  'secret',
  'token',
  '["x-api-key"]',
  '["x-goog-api-key"]',
];
const SECRET_PATHS = SECRET_FIELDS.flatMap((field) => {
  const below = field.startsWith('[') ? field : `.${field}`;
  return [field, `*${below}`, `*.*${below}`];
});
/** Keys as OpenAI, Anthropic, Google and Notion form them: a server may repeat one in its refusal. */
const KEY_IN_TEXT = /\b(sk-[\w-]{8,}|AIza[\w-]{30,}|ntn_\w{20,}|Bearer\s+\S+)/g;

/** One JSON object a line, to standard error or to a file, without secrets. */
export function createLogger(level: string, target: 'stderr' | { file: string }): Logger {
  if (target !== 'stderr') mkdirSync(dirname(target.file), { recursive: true });
  const destination = pino.destination({ dest: target === 'stderr' ? 2 : target.file, sync: true, maxLength: BACKLOG });
  // An error that nobody listens to would end the process, for want of a log.
  destination.on('error', () => {});
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: serializeError },
      redact: { paths: SECRET_PATHS, censor: '…' },
    },
    destination,
  );
}

/** What went wrong and why, to the root cause. */
function serializeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: withoutKeys(String(error)) };
  return {
    name: error.name,
    message: withoutKeys(error.message),
    ...(error instanceof DestilaError ? { code: error.code } : { stack: withoutKeys(error.stack ?? '') }),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}

function withoutKeys(text: string): string {
  return text.replace(KEY_IN_TEXT, '…');
}
