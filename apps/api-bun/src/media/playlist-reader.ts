import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import type { Playlist, PlaylistOptions } from './playlist.ts';
import type { Ytdlp } from './ytdlp.ts';

export type ReadPlaylist = (url: string, options: PlaylistOptions, signal: AbortSignal) => Promise<Playlist>;

/** Milliseconds for a whole list: a page of a channel holds 30 videos, and a server answers within its idle timeout. */
const DEADLINE = 100_000;
/** Lists read at once; each is a process of some 60 MB. */
const AT_ONCE = 3;

/**
 * Reads playlists beside the queue, while somebody waits for the answer.
 * The reader throws `playlist_slow`, what `Ytdlp.playlist` throws, and the signal's reason.
 */
export function createPlaylistReader(ytdlp: Ytdlp, workRoot: string, deadline: number = DEADLINE): ReadPlaylist {
  const slots = new Slots(AT_ONCE);
  return async (url, options, signal) => {
    const late = AbortSignal.timeout(deadline);
    const stop = AbortSignal.any([signal, late]);
    await mkdir(workRoot, { recursive: true });
    const workDir = await mkdtemp(join(workRoot, 'playlist-'));
    try {
      await slots.take(stop);
      try {
        return await ytdlp.playlist(url, options, { workDir, signal: stop });
      } finally {
        slots.giveBack();
      }
    } catch (error) {
      if (late.aborted && !signal.aborted) throw new DestilaError('playlist_slow', { cause: error });
      throw error;
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  };
}

/** So many at a time; the others wait in line, or leave it when their signal aborts. */
class Slots {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => reject(signal.reason);
    this.#waiting.add(resolve);
    signal.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      this.#waiting.delete(resolve);
      signal.removeEventListener('abort', leave);
    }
  }

  giveBack(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
