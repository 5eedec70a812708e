import { DestilaError, type PlaylistEntry } from '@destila/contracts';
import { z } from 'zod';
import { parseSubmittedUrl } from './source-url.ts';
import { commonArguments, type YtdlpSettings } from './ytdlp-arguments.ts';

/** What yt-dlp is asked for a playlist, a channel or a feed, and how its answer is read. */

export interface Playlist {
  title: string | null;
  channel: string | null;
  /** In the order of the site; each source once. */
  entries: SourceEntry[];
  total: number | null;
  truncated: boolean;
}

/** An entry before anybody looked whether it is in a library. `sourceKey` is null for what is no video's address. */
type SourceEntry = Omit<PlaylistEntry, 'job_id'> & { sourceKey: string | null };

export interface PlaylistOptions {
  /** Entries, at most. */
  limit: number;
  allowPrivateNetwork: boolean;
}

/** One more than wanted, to see whether there are more. Nothing of the entries themselves is fetched. */
export function playlistArguments(url: string, limit: number, settings: YtdlpSettings): string[] {
  const wanted = ['--yes-playlist', '--flat-playlist', '--dump-single-json', '--playlist-items', `1-${limit + 1}`];
  return [...commonArguments(settings), ...wanted, '--', url];
}

/**
 * Reads what `playlistArguments` makes yt-dlp print. A channel comes as one playlist for each of its tabs; they are put
 * one after the other.
 * @throws {DestilaError} `not_a_playlist` for a single video; `ytdlp_failed` for what cannot be read
 */
export function parsePlaylist(stdout: string, { limit, allowPrivateNetwork }: PlaylistOptions): Playlist {
  const list = parseList(stdout);
  const lists = leaves(list, MAX_DEPTH);
  const found = lists.flatMap(({ entries, webpage_url }) =>
    (entries ?? []).map((entry) => readEntry(entry, webpage_url ?? list.webpage_url ?? null, { allowPrivateNetwork })),
  );
  const entries = eachOnce(found.filter((entry) => entry !== null));
  const counts = lists.map(({ playlist_count }) => playlist_count ?? null);
  return {
    title: list.title ?? null,
    channel: list.channel ?? list.uploader ?? null,
    entries: entries.slice(0, limit),
    total: counts.includes(null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    truncated: entries.length > limit,
  };
}

const MAX_DEPTH = 4;

const text = z.string().nullish();
const listSchema = z.object({
  _type: z.enum(['playlist', 'multi_video']),
  title: text,
  channel: text,
  uploader: text,
  webpage_url: text,
  playlist_count: z.number().int().nonnegative().nullish(),
  entries: z.array(z.unknown()).nullish(),
});
type List = z.infer<typeof listSchema>;

const entrySchema = z.object({
  url: text,
  webpage_url: text,
  title: text,
  duration: z.number().nonnegative().nullish(),
  ie_key: text,
  availability: text,
  live_status: text,
});
type Entry = z.infer<typeof entrySchema>;

function parseList(stdout: string): List {
  const answer = parseJson(stdout);
  const list = listSchema.safeParse(answer);
  if (list.success) return list.data;
  if (entrySchema.extend({ id: z.string() }).safeParse(answer).success) throw new DestilaError('not_a_playlist');
  throw new DestilaError('ytdlp_failed', { detail: 'unreadable playlist', cause: list.error });
}

function parseJson(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return null;
  }
}

/** The lists that hold entries, wherever they are nested. */
function leaves(list: List, depth: number): List[] {
  const nested = (list.entries ?? []).flatMap((entry) => listSchema.safeParse(entry).data ?? []);
  if (nested.length === 0 || depth === 0) return [list];
  return nested.flatMap((inner) => leaves(inner, depth - 1));
}

function readEntry(
  found: unknown,
  listAddress: string | null,
  options: { allowPrivateNetwork: boolean },
): SourceEntry | null {
  const { data } = entrySchema.safeParse(found);
  if (!data) return null;
  const address = addressOf(data, listAddress);
  const common = { title: data.title ?? null, duration: data.duration ?? null };
  const source = sourceOf(address, options);
  if (!source) return { ...common, url: address, kind: 'unknown_address', sourceKey: null };
  return { ...common, url: source.url, kind: kindOf(data, source.url), sourceKey: source.sourceKey };
}

/** Several videos on one page share its address; then the media's own is the one that tells them apart. */
function addressOf({ webpage_url, url }: Entry, listAddress: string | null): string {
  return (webpage_url && webpage_url !== listAddress ? webpage_url : url) ?? '';
}

/** A playlist may list anything; null for what nobody could have submitted. */
function sourceOf(address: string, options: { allowPrivateNetwork: boolean }) {
  try {
    return parseSubmittedUrl(address, options);
  } catch (error) {
    if (error instanceof DestilaError) return null;
    throw error;
  }
}

/** YouTube lists what is gone by these titles alone, which yt-dlp asks for in English. */
const GONE: Record<string, 'private' | 'deleted'> = {
  '[Private video]': 'private',
  '[Deleted video]': 'deleted',
  '[Unavailable video]': 'deleted',
};

function kindOf({ title, availability, live_status, ie_key }: Entry, url: string): PlaylistEntry['kind'] {
  if (ie_key === 'YoutubeTab' || ie_key === 'YoutubePlaylist' || /youtube\.com\/playlist\?/.test(url))
    return 'playlist';
  if (live_status === 'is_live') return 'live';
  if (live_status === 'is_upcoming') return 'upcoming';
  if (availability === 'private') return 'private';
  if (availability && /^(subscriber_only|premium_only|needs_auth)$/.test(availability)) return 'members_only';
  return GONE[title ?? ''] ?? 'video';
}

function eachOnce(entries: SourceEntry[]): SourceEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ sourceKey }) => {
    if (sourceKey === null) return true;
    const isNew = !seen.has(sourceKey);
    seen.add(sourceKey);
    return isNew;
  });
}
