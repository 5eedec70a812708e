/** A moment of a video as `formatTimestamp` writes it. */
const TIMESTAMP = /^(?:(\d+):)?(\d{1,2}):(\d{2})$/;
/** Where a line of a note says when: at its beginning, or in brackets. */
const IN_NOTE = /^(?:\d+:)?\d{1,2}:\d{2}(?=\s)|(?<=[([])(?:\d+:)?\d{1,2}:\d{2}(?=[)\]])/gm;

/** Seconds; null where a text is something else than a moment. */
export function momentOf(text: string): number | null {
  const [, hours = '0', minutes, seconds] = TIMESTAMP.exec(text) ?? [];
  return minutes === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** The last moment that a note's text names, in seconds. */
export function lastMomentIn(text: string): number | null {
  const last = text.match(IN_NOTE)?.at(-1);
  return last === undefined ? null : momentOf(last);
}
