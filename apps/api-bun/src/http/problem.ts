import { DestilaError, ERRORS, type ErrorCode, type Problem } from '@destila/contracts';

/** Answers an error as `application/problem+json` (RFC 9457). */
export function problemResponse(error: DestilaError, request: Request): Response {
  const problem = problemOf(error, request);
  const { status } = problem;
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  if (error.retryAfterSeconds !== undefined) headers.set('retry-after', String(Math.ceil(error.retryAfterSeconds)));
  return new Response(JSON.stringify(problem), { status, headers });
}

/** The error as the body of an answer, in the language that the request prefers. */
export function problemOf(error: DestilaError, request: Request): Problem {
  const { status, es, en } = ERRORS[error.code];
  const [title, hint] = preferredLanguage(request) === 'es' ? es : en;
  return { type: `urn:destila:${error.code}`, title, status, code: error.code, detail: title, hint, ...error.extra };
}

/** What Elysia found wrong with a request, as ours. Anything unforeseen is an `internal_error`. */
export function asDestilaError(error: unknown, elysiaCode: string | number): DestilaError {
  if (error instanceof DestilaError) return error;
  if (elysiaCode === 'NOT_FOUND') return new DestilaError('not_found');
  if (elysiaCode === 'PARSE') return new DestilaError('invalid_request', { extra: { fields: { body: 'malformed' } } });
  if (elysiaCode === 'VALIDATION' && isRequestValidation(error)) {
    return new DestilaError('invalid_request', { extra: { fields: fieldsOf(error) } });
  }
  return new DestilaError(codeOfDatabase(error) ?? 'internal_error', { cause: error });
}

/** What the database refuses for a reason that a person can mend, by its SQLSTATE (PostgreSQL, appendix A). */
const DATABASE_REFUSALS: Record<string, ErrorCode> = {
  // A NUL, which its text cannot hold.
  '22021': 'invalid_request',
  '53100': 'disk_full',
};

function codeOfDatabase(error: unknown): ErrorCode | undefined {
  const state = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof state === 'string' ? DATABASE_REFUSALS[state] : undefined;
}

interface RequestValidation {
  type: string;
  all: readonly { path?: unknown; message?: unknown; summary?: unknown }[];
}

/** An answer that does not fit its own schema is our fault, not the request's. */
function isRequestValidation(error: unknown): error is RequestValidation {
  return (
    error instanceof Error && 'type' in error && error.type !== 'response' && 'all' in error && Array.isArray(error.all)
  );
}

function fieldsOf(error: RequestValidation): Record<string, string> {
  return Object.fromEntries(
    error.all.map(({ path, summary, message }) => [
      fieldName(path) || error.type,
      String(summary ?? message ?? 'invalid'),
    ]),
  );
}

function fieldName(path: unknown): string {
  return (Array.isArray(path) ? path.join('.') : String(path ?? '')).replace(/^\//, '').replaceAll('/', '.');
}

/** The language that a request asks for first, of those that Destila speaks; English for any other. */
export function preferredLanguage(request: Request): 'es' | 'en' {
  return /^\s*es\b/i.test(request.headers.get('accept-language') ?? '') ? 'es' : 'en';
}
