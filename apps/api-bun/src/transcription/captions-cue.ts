/** What a captions file shows for a while, before anything is made of it. */
export interface Cue {
  /** Seconds. */
  start: number;
  /** Seconds; undefined where the file does not say. */
  end: number | undefined;
  /** In their order, one after the other. */
  pieces: Piece[];
}

/** A stretch of a cue's text without markup; `\n` ends a line. */
export interface Piece {
  text: string;
  /** The second at which these words are said, where the file says so within a cue. */
  at?: number | undefined;
  speaker?: string | undefined;
}

/** No video lasts longer, and so many milliseconds are still an exact number. */
export const LAST_SECOND = 100_000 * 3600;
