import { isSelectable, type PlaylistEntry } from '@destila/contracts';

/** Videos chosen to begin with: enough for a course, and few enough that nobody queues a channel by mistake. */
export const DEFAULT_SELECTION = 50;

/** The first videos that are not in the library yet; what may not be fetched (live, for members) is left to the person. */
export function defaultSelection(entries: readonly PlaylistEntry[]): Set<string> {
  const videos = entries.filter((entry) => isSelectable(entry) && entry.kind === 'video');
  return new Set(videos.slice(0, DEFAULT_SELECTION).map(({ url }) => url));
}

/** `text` in any part of the title, whatever its case and accents. */
export function matching(entries: readonly PlaylistEntry[], text: string): PlaylistEntry[] {
  const wanted = plain(text.trim());
  return entries.filter(({ title, url }) => plain(title ?? url).includes(wanted));
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Seconds of all of them together; `exact` is false where the site keeps some to itself. */
export function totalDuration(entries: readonly PlaylistEntry[]): { seconds: number; exact: boolean } {
  const seconds = entries.reduce((sum, { duration }) => sum + (duration ?? 0), 0);
  return { seconds, exact: entries.every(({ duration }) => duration !== null) };
}

/** The selection with these entries in it, or out of it; those that cannot be queued never are in it. */
export function withEntries(
  selection: ReadonlySet<string>,
  entries: readonly PlaylistEntry[],
  selected: boolean,
): Set<string> {
  const next = new Set(selection);
  for (const entry of entries.filter(isSelectable)) {
    if (selected) next.add(entry.url);
    else next.delete(entry.url);
  }
  return next;
}
