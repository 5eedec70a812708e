import { z } from 'zod';

/** Entries of a playlist that one look at it shows, at most. */
export const PLAYLIST_LIMIT = 500;

export const playlistRequestSchema = z.object({
  url: z.string().trim().min(1),
  limit: z.number().int().min(1).max(PLAYLIST_LIMIT).default(200),
});

/**
 * What a playlist says of an entry. `playlist`: the entry is itself a list, to be looked at in turn. `unknown_address`:
 * it leads nowhere that a video is fetched from.
 */
export const ENTRY_KINDS = [
  'video',
  'members_only',
  'live',
  'upcoming',
  'private',
  'deleted',
  'playlist',
  'unknown_address',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export const playlistEntrySchema = z.object({
  url: z.string(),
  title: z.string().nullable(),
  /** Seconds. */
  duration: z.number().nonnegative().nullable(),
  kind: z.enum(ENTRY_KINDS),
  /** The person's job for this video, where there is one that did not fail. */
  job_id: z.uuid().nullable(),
});
export type PlaylistEntry = z.infer<typeof playlistEntrySchema>;

export const playlistPreviewSchema = z.object({
  title: z.string().nullable(),
  channel: z.string().nullable(),
  /** In the order of the site, each video once. */
  entries: z.array(playlistEntrySchema),
  /** Entries of the whole list; null when the site does not say. */
  total: z.number().int().nonnegative().nullable(),
  /** There are more entries than were asked for. */
  truncated: z.boolean(),
});
export type PlaylistPreview = z.infer<typeof playlistPreviewSchema>;

const NEVER_QUEUED: readonly EntryKind[] = ['private', 'deleted', 'playlist', 'unknown_address'];

/** Whether the entry can be queued: what is live or to come waits in the queue until it can be fetched. */
export function isSelectable({ kind, job_id }: PlaylistEntry): boolean {
  return job_id === null && !NEVER_QUEUED.includes(kind);
}
