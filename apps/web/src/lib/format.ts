import type { Language } from './i18n/index.ts';

/** `0.34` → `34 %` in Spanish, `34%` in English. */
export function percent(share: number, language: Language): string {
  return new Intl.NumberFormat(language, { style: 'percent' }).format(Math.min(1, Math.max(0, share)));
}

/** `12_900_000` → `12.9 MB`. */
export function megabytes(bytes: number, language: Language): string {
  const amount = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1_000_000);
  return `${amount}\u00a0MB`;
}

/** `5_200_000_000` → `5.2 GB`; below a gigabyte as `megabytes`. */
export function fileSize(bytes: number, language: Language): string {
  if (bytes < 1_000_000_000) return megabytes(bytes, language);
  const amount = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1_000_000_000);
  return `${amount}\u00a0GB`;
}

/** `2470` → `00:41:10`: always with hours, so that a running clock keeps its width. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** A rough wait, no finer than anybody could promise: `12 s`, `9 min`, `1 h 5 min`. */
export function roughly(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))}\u00a0s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}\u00a0min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? `${hours}\u00a0h` : `${hours}\u00a0h ${rest}\u00a0min`;
}

/** A moment's time of day: `14:05`, `2:05 PM`. In milliseconds. */
export function timeOfDay(moment: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(moment);
}

/** A moment's date and time of day: `5 ene 2026, 14:05`. In milliseconds. */
export function dateAndTime(moment: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(moment);
}

/** A sentence as a part of another: no capital, unless a name has it (`YouTube`, `DRM`), and no full stop. */
export function asClause(sentence: string): string {
  const clause = sentence.replace(/\.$/, '');
  return /^\p{Lu}\S*\p{Lu}/u.test(clause) ? clause : clause.charAt(0).toLowerCase() + clause.slice(1);
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** `hace 5 minutos`, `ayer`; beyond a month, the date. Both times in milliseconds. */
export function ago(then: number, now: number, language: Language): string {
  const seconds = Math.max(0, (now - then) / 1000);
  if (seconds > 30 * 86_400) return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(then);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ['second', Number.POSITIVE_INFINITY];
  return relative.format(-Math.floor(seconds / size) || 0, unit);
}

/** `youtube.com` for a web address; null for anything else. */
export function siteOf(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed?.protocol.startsWith('http') ? parsed.hostname.replace(/^(www|m)\./, '') : null;
}
