import type { Moment } from './captions-lines.ts';
import { cut, inOrder, type Turn } from './captions-turns.ts';

type Sentence = Omit<Turn, 'opens' | 'moments'>;

/** Seconds of silence after which something new is said, whatever the punctuation. */
const PAUSE_SECONDS = 2;
/** Seconds of a sentence that nobody says in one breath: it is none, and stays cut as the screen was. */
const LONGEST_SECONDS = 20;

/** Of a fixed language, so that every machine cuts alike; the rules hardly differ between languages. */
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const SENTENCE_END = /\p{Sentence_Terminal}/u;

/** Makes sentences of what screens cut anywhere, where there is punctuation to tell; without any, screens stay as they are. */
export function joinSentences(turns: Turn[]): Sentence[] {
  return passages(withoutOverlaps(turns)).flatMap((passage) => {
    const whole = passage.map(({ text }) => text).join(' ');
    return SENTENCE_END.test(whole) ? sentencesOf(passage, whole) : passage;
  });
}

/** Lines that stay on the screen while the next is spoken were said before it. */
function withoutOverlaps(turns: Turn[]): Turn[] {
  return turns.map((turn, index) => {
    const next = turns[index + 1];
    if (!next || next.start <= turn.start || next.start >= turn.end) return turn;
    return { ...turn, end: next.start, moments: inOrder(turn.moments, turn.start, next.start) };
  });
}

/** What one person says without a pause. */
function passages(turns: Turn[]): Turn[][] {
  const found: Turn[][] = [];
  for (const [index, turn] of turns.entries()) {
    const before = turns[index - 1];
    if (before && continues(before, turn)) found.at(-1)?.push(turn);
    else found.push([turn]);
  }
  return found;
}

function continues(before: Turn, turn: Turn): boolean {
  if (turn.opens || turn.start - before.end > PAUSE_SECONDS) return false;
  return turn.speaker === undefined || turn.speaker === before.speaker;
}

function sentencesOf(passage: Turn[], text: string): Sentence[] {
  const speaker = passage[0]?.speaker;
  const { moments, begins } = timesOf(passage);
  const part = (from: number, to: number) => ({ ...cut(text, moments, from, to), speaker });
  let turn = 0;
  return [...segmenter.segment(text)].flatMap(({ index, segment }) => {
    const to = index + segment.length;
    const first = turn;
    while ((begins[turn] ?? to) < to) turn++;
    const sentence = part(index, to);
    if (sentence.end - sentence.start <= LONGEST_SECONDS) return [sentence];
    const breaks = [index, ...begins.slice(first, turn).filter((begin) => begin > index), to];
    return breaks.slice(1).map((end, n) => part(breaks[n] ?? index, end));
  });
}

/** When the characters of a whole passage are said, and where its screens begin. */
function timesOf(passage: Turn[]): { moments: Moment[]; begins: number[] } {
  const begins: number[] = [];
  const moments: Moment[] = [];
  let length = 0;
  for (const turn of passage) {
    begins.push(length);
    for (const { offset, seconds } of turn.moments) moments.push({ offset: length + offset, seconds });
    length += turn.text.length + 1;
  }
  return { moments: inOrder(moments, 0, Number.POSITIVE_INFINITY), begins };
}
