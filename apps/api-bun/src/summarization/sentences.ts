import type { Segment } from '@destila/contracts';
import type { Lexicon } from './lexicon/lexicon.ts';

/** What one person says from a capital to a full stop. Times are seconds, interpolated within a segment. */
export interface Sentence {
  index: number;
  /** As in the transcript, but for white space. */
  text: string;
  start: number;
  end: number;
  /** The ids of the segments in which it begins and ends. */
  first: number;
  last: number;
  /** False for a piece of text without punctuation that was cut where nobody paused. */
  whole: boolean;
}

/** A sentence of more words than this was never punctuated… */
const MOST_WORDS = 48;
/** …and is cut where the speaker pauses as long as this (seconds), and then into pieces of so many words at most. */
const PAUSE = 0.4;
const MOST_WORDS_OF_PIECE = 26;
/** Seconds of silence after which a new sentence begins, whatever the punctuation. */
const LONG_PAUSE = 4;

/** @param language ISO 639-1. */
export function splitSentences(segments: Segment[], language: string, lexicon: Lexicon): Sentence[] {
  const segmenter = new Intl.Segmenter(language, { granularity: 'sentence' });
  return passages(segments)
    .flatMap((passage) => {
      const spans = [...segmenter.segment(passage.text)].map(({ index, segment }) => [index, index + segment.length]);
      return joinAbbreviated(passage.text, spans, lexicon)
        .flatMap((span) => cutIfEndless(passage, span, lexicon))
        .map(({ span, whole }) => ({ ...passage.sentence(...span), whole }));
    })
    .filter(({ text }) => /[\p{L}\p{N}]/u.test(text))
    .map((sentence, index) => ({ ...sentence, index }));
}

type Span = [from: number, to: number];

/** Speech without a break by one person: the text of some segments, and which character was said when. */
class Passage {
  readonly text: string;
  readonly #starts: number[] = [];

  constructor(private readonly segments: Segment[]) {
    let length = 0;
    for (const { text } of segments) {
      this.#starts.push(length);
      length += text.length + 1;
    }
    this.text = segments.map(({ text }) => text).join(' ');
  }

  sentence(from: number, to: number): Omit<Sentence, 'index' | 'whole'> {
    const raw = this.text.slice(from, to);
    const begin = from + raw.length - raw.trimStart().length;
    const end = Math.max(begin, from + raw.trimEnd().length);
    return {
      text: raw.trim(),
      start: this.#timeAt(begin),
      end: this.#timeAt(end),
      first: this.#idAt(begin),
      last: this.#idAt(Math.max(begin, end - 1)),
    };
  }

  /** Seconds of silence before a character that begins a segment; 0 within one. */
  pauseBefore(offset: number): number {
    const index = this.#segmentAt(offset);
    const [segment, before] = [this.segments[index], this.segments[index - 1]];
    if (!segment || !before || this.#starts[index] !== offset) return 0;
    return Math.max(0, segment.start - before.end);
  }

  #timeAt(offset: number): number {
    const index = this.#segmentAt(offset);
    const segment = this.segments[index];
    if (!segment) return 0;
    const share = (offset - (this.#starts[index] ?? 0)) / Math.max(1, segment.text.length);
    return segment.start + (segment.end - segment.start) * Math.min(1, share);
  }

  #idAt(offset: number): number {
    return this.segments[this.#segmentAt(offset)]?.id ?? 0;
  }

  /** The last segment that begins at or before the character. */
  #segmentAt(offset: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function passages(segments: Segment[]): Passage[] {
  const groups: Segment[][] = [];
  let before: Segment | undefined;
  for (const segment of segments) {
    const continues = before && segment.speaker === before.speaker && segment.start - before.end < LONG_PAUSE;
    if (continues) groups.at(-1)?.push(segment);
    else groups.push([segment]);
    before = segment;
  }
  return groups.map((group) => new Passage(group));
}

/** `EE. UU.`, `Dr. House`, `J. F. Kennedy`: a full stop that ends no sentence. */
function joinAbbreviated(text: string, spans: number[][], lexicon: Lexicon): Span[] {
  const joined: Span[] = [];
  for (const [from = 0, to = 0] of spans) {
    const previous = joined.at(-1);
    if (previous && endsAbbreviated(text.slice(...previous), lexicon)) previous[1] = to;
    else joined.push([from, to]);
  }
  return joined;
}

function endsAbbreviated(text: string, lexicon: Lexicon): boolean {
  const last = /([\p{L}.]+)\.\s*$/u.exec(text)?.[1];
  if (last === undefined) return false;
  return /^\p{Lu}$/u.test(last) || lexicon.abbreviations.has(last.toLowerCase());
}

interface PlacedWord {
  offset: number;
  text: string;
}

function cutIfEndless(
  passage: Passage,
  [from, to]: Span,
  lexicon: Lexicon,
): Array<{ span: Readonly<Span>; whole: boolean }> {
  const words = [...passage.text.slice(from, to).matchAll(/\S+/g)].map((match) => ({
    offset: from + match.index,
    text: match[0],
  }));
  if (words.length <= MOST_WORDS) return [{ span: [from, to], whole: true }];
  return breaths(passage, words).flatMap((breath) => {
    const starts = cutsOf(passage, breath, lexicon);
    const end = breath.at(-1);
    const until = end ? end.offset + end.text.length : to;
    return starts.map((start, n) => ({ span: [start, starts[n + 1] ?? until] as const, whole: starts.length === 1 }));
  });
}

/** Words that were said without a pause. */
function breaths(passage: Passage, words: PlacedWord[]): PlacedWord[][] {
  const groups: PlacedWord[][] = [];
  for (const word of words) {
    if (groups.length === 0 || passage.pauseBefore(word.offset) >= PAUSE) groups.push([]);
    groups.at(-1)?.push(word);
  }
  return groups;
}

/** Where the pieces of the words begin, the first of them included. */
function cutsOf(passage: Passage, words: PlacedWord[], lexicon: Lexicon): number[] {
  if (words.length <= MOST_WORDS_OF_PIECE) return words.slice(0, 1).map(({ offset }) => offset);
  const cut = bestCut(passage, words, lexicon);
  return [...cutsOf(passage, words.slice(0, cut), lexicon), ...cutsOf(passage, words.slice(cut), lexicon)];
}

/** Words on either side of a cut. */
const SHORTEST_PIECE = 8;

/** The position of the word before which to cut: where the speaker paused longest, failing that where a clause may begin. */
function bestCut(passage: Passage, words: PlacedWord[], lexicon: Lexicon): number {
  const middle = words.length / 2;
  let best = { index: Math.floor(middle), score: Number.NEGATIVE_INFINITY };
  for (let index = SHORTEST_PIECE; index <= words.length - SHORTEST_PIECE; index++) {
    const [before, word] = [words[index - 1], words[index]];
    if (!before || !word) continue;
    const pause = Math.min(passage.pauseBefore(word.offset), LONG_PAUSE);
    const score = pause * 2 + clauseBegins(before.text, word.text, lexicon) - Math.abs(index - middle) / middle;
    if (score > best.score) best = { index, score };
  }
  return best.index;
}

function clauseBegins(before: string, word: string, lexicon: Lexicon): number {
  const [left, right] = [before.toLowerCase(), word.toLowerCase()];
  if (/[,;:]$/.test(left)) return 0.8;
  // `the | house`, `of | the`: nobody stops there.
  if (lexicon.determiners.has(left) || lexicon.clauseStarts.has(left)) return -1;
  if (lexicon.clauseStarts.has(right)) return 0.8;
  return lexicon.determiners.has(right) ? 0.2 : 0;
}
