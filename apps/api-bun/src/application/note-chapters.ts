import type { Chapter } from '@destila/contracts';

/** A heading of a note that begins with a moment of the video, as `summarization/render.ts` writes it. */
const HEADING = /^#{1,6} \[(?:(\d+):)?(\d+):(\d\d)\]\(\S+\) (.+)$/gm;
const ESCAPED = /\\([!-/:-@[-`{-~])/g;

/**
 * The chapters of a note as it stands, whoever wrote it: what is edited or restored has other ones than were written first.
 * @param end seconds: where the last one ends.
 */
export function chaptersOf(markdown: string, end: number): Chapter[] {
  const found = new Map<number, string>();
  for (const [, hours = 0, minutes = 0, seconds = 0, title = ''] of markdown.matchAll(HEADING)) {
    found.set(3600 * Number(hours) + 60 * Number(minutes) + Number(seconds), title.replace(ESCAPED, '$1'));
  }
  const ordered = [...found].sort(([a], [b]) => a - b);
  return ordered.map(([start, title], n) => ({ title, start, end: ordered[n + 1]?.[0] ?? Math.max(start, end) }));
}
