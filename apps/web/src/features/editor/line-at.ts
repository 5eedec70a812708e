import type { Segment } from '@destila/contracts';

/**
 * The line being said at a moment in seconds; null before the first.
 * Links lead to whole seconds: there, the line that begins within the second is already the one that was meant.
 */
export function lineAt<Line extends Pick<Segment, 'start'>>(lines: Line[], seconds: number): Line | null {
  const begun = lines.findLastIndex(({ start }) => start <= seconds);
  const current = lines[begun] ?? null;
  const next = lines[begun + 1];
  const second = Math.floor(seconds);
  const isMeant = next && Math.floor(next.start) === second && (!current || current.start < second);
  return isMeant ? next : current;
}
