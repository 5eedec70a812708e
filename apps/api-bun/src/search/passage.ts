/** Characters from which on a passage ends where its sentence does: about a minute of speech. */
export const ENOUGH_CHARACTERS = 800;
/** Characters that no passage exceeds. */
export const MOST_CHARACTERS = 1200;

/** A stretch of text that can be found, and where in the video it is. */
export interface Passage {
  /** The chapter or section it stands in. */
  heading: string | null;
  text: string;
  /** Seconds from the video's beginning; null when no moment is known. */
  startSeconds: number | null;
  endSeconds: number | null;
}
