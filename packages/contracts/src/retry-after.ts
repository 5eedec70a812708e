/** Seconds that a `Retry-After` header asks for: a number of them, or a date (RFC 9110 §10.2.3). Absent when it says neither. */
export function readRetryAfter(header: string | null | undefined): { retryAfterSeconds?: number } {
  const value = header?.trim() ?? '';
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? { retryAfterSeconds: Math.max(0, Math.ceil(seconds)) } : {};
}
