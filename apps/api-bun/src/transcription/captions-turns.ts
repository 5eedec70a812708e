import type { Moment, Screen } from './captions-lines.ts';

/** What one person says without a break on one screen. */
export interface Turn {
  start: number;
  end: number;
  text: string;
  /** In order, the first at the text's beginning and the last at its end. */
  moments: Moment[];
  /** Somebody else spoke before. */
  opens: boolean;
  speaker: string | undefined;
}

/** Parts a screen where the speaker changes: `- Are you coming?`, and below it `- I am.` */
export function splitTurns(screen: Screen): Turn[] {
  const { text, moments, offsets } = joinLines(screen);
  const turns: Pick<Turn, 'opens' | 'speaker'>[] = [];
  const begins: number[] = [];
  for (const [index, { opens, speaker }] of screen.lines.entries()) {
    const before = turns.at(-1);
    if (before && !opens && (speaker === undefined || speaker === before.speaker)) continue;
    turns.push({ opens: opens || before !== undefined, speaker });
    begins.push(offsets[index] ?? 0);
  }
  return turns.map((turn, index) => ({
    ...cut(text, moments, begins[index] ?? 0, begins[index + 1] ?? text.length),
    ...turn,
  }));
}

/** The part of a text between two characters, with its own times. */
export function cut(
  text: string,
  moments: Moment[],
  from: number,
  to: number,
): Pick<Turn, 'start' | 'end' | 'text' | 'moments'> {
  const raw = text.slice(from, to);
  const first = from + raw.length - raw.trimStart().length;
  const last = Math.max(first, from + raw.trimEnd().length);
  const [start, end] = [timeAt(moments, first), timeAt(moments, last)];
  const within = moments
    .slice(firstAfter(moments, first), firstAfter(moments, last - 1))
    .map(({ offset, seconds }) => ({ offset: offset - first, seconds }));
  return {
    start,
    end,
    text: text.slice(first, last),
    moments: [{ offset: 0, seconds: start }, ...within, { offset: last - first, seconds: end }],
  };
}

/** Puts moments in order: times never run backwards, nor out of [from, to]. */
export function inOrder(moments: Moment[], from: number, to: number): Moment[] {
  let latest = from;
  return moments.map(({ offset, seconds }) => {
    latest = Math.min(to, Math.max(latest, seconds));
    return { offset, seconds: latest };
  });
}

function joinLines({ start, end, lines }: Screen): { text: string; moments: Moment[]; offsets: number[] } {
  const text = lines.map((line) => line.text).join(' ');
  const offsets: number[] = [];
  const moments: Moment[] = [{ offset: 0, seconds: start }];
  let length = 0;
  for (const line of lines) {
    offsets.push(length);
    for (const { offset, seconds } of line.moments) moments.push({ offset: length + offset, seconds });
    length += line.text.length + 1;
  }
  moments.push({ offset: text.length, seconds: end });
  return { text, moments: inOrder(moments, start, end), offsets };
}

/** Between two known moments, words are taken to come at an even pace. */
function timeAt(moments: Moment[], offset: number): number {
  const index = firstAfter(moments, offset);
  const [before, after] = [moments[index - 1], moments[index]];
  if (!before || before.offset === offset) return (before ?? after)?.seconds ?? 0;
  if (!after) return before.seconds;
  const share = (offset - before.offset) / (after.offset - before.offset);
  return before.seconds + (after.seconds - before.seconds) * share;
}

/** The index of the first moment that is after the character. */
function firstAfter(moments: Moment[], offset: number): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle]?.offset ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
