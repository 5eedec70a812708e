import { z } from 'zod';

const daySchema = z.iso.date();

/** The UTC day of a time in seconds since 1970, `YYYY-MM-DD`; null for none, and for the zero of a clock. */
export function dayOfTimestamp(seconds: number | null | undefined): string | null {
  const time = new Date((seconds || Number.NaN) * 1000);
  return Number.isNaN(time.getTime()) ? null : dayIn(time.toISOString());
}

/** The day that a date or time begins with, such as `20240305`, `2024-03-05T10:00:00Z` or `2024:03:05`; null where it has none. */
export function dayIn(text: string | null | undefined): string | null {
  const [, year, month, day] = text?.trim().match(/^(\d{4})[-:/]?(\d{2})[-:/]?(\d{2})(?!\d)/) ?? [];
  return daySchema.safeParse(`${year}-${month}-${day}`).data ?? null;
}

/**
 * The same for what a media file says, which is often wrong: the first of January is how programs write a year alone, and where
 * clocks begin that nobody has set (1904, 1970, 1980, 2000).
 */
export function dayInTag(text: string | null, now = new Date()): string | null {
  const day = dayIn(text);
  return day === null || day.endsWith('-01-01') || day > now.toISOString() ? null : day;
}
