import { DestilaError } from '@destila/contracts';
import { fetchBytes, type OutsideFetch } from './outside-fetch.ts';

/** Bytes; a playlist of ten hours has some hundred thousand. */
const PLAYLIST_LIMIT = 8 * 1024 ** 2;
const DEADLINE = 20_000;

/**
 * Whether an HLS playlist may still grow: it has segments and no end (RFC 8216 §4.3.3.4). What cannot be read is not
 * judged here: fetching it will tell.
 */
export async function isLivePlaylist(fetchOutside: OutsideFetch, url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const bytes = await fetchBytes(fetchOutside, url, { signal, limit: PLAYLIST_LIMIT, deadline: DEADLINE });
    const playlist = new TextDecoder().decode(bytes);
    return /^#EXTINF:/m.test(playlist) && !/^#EXT-X-(ENDLIST|PLAYLIST-TYPE:VOD)/m.test(playlist);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DestilaError) return false;
    throw error;
  }
}
