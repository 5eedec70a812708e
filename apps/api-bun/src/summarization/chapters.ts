import type { Chapter } from '@destila/contracts';
import type { Lexicon } from './lexicon/lexicon.ts';
import { withoutFillers } from './lexicon/words.ts';
import type { Sentence } from './sentences.ts';

/** Consecutive sentences about one thing. `title` is null where the source names none. */
export interface Section {
  title: string | null;
  start: number;
  sentences: Sentence[];
}

/** The source's own chapters where it has some, else what the words tell: where the vocabulary changes, a topic ends. */
export function divide(
  sentences: Sentence[],
  termsOf: (sentence: Sentence) => string[],
  sourceChapters: Chapter[],
  lexicon: Lexicon,
): Section[] {
  const given = joinWithinLine(followSource(sentences, sourceChapters));
  if (given.length >= 2) return given;
  const cuts = [0, ...topicChanges(sentences, sentences.map(termsOf), lexicon)];
  const found = cuts.map((from, n) => {
    const own = sentences.slice(from, cuts[n + 1]);
    return { title: null, start: own[0]?.start ?? 0, sentences: own };
  });
  return joinWithinLine(found);
}

/** Of sections that begin within one line of the transcript, and so at one time, one is made. */
function joinWithinLine(sections: Section[]): Section[] {
  const joined: Section[] = [];
  for (const section of sections) {
    const before = joined.at(-1);
    if (before && before.sentences[0]?.first === section.sentences[0]?.first)
      before.sentences.push(...section.sentences);
    else joined.push({ ...section, sentences: [...section.sentences] });
  }
  return joined;
}

/** Every sentence goes to the chapter it begins in; chapters in which nothing is said are left out. */
function followSource(sentences: Sentence[], chapters: Chapter[]): Section[] {
  const ordered = chapters.toSorted((a, b) => a.start - b.start);
  return ordered
    .map(({ title, start }, n) => {
      // A chapter mark is often set some moments after the sentence that opens it began.
      const from = n === 0 ? 0 : start - 1;
      const until = (ordered[n + 1]?.start ?? Number.POSITIVE_INFINITY) - 1;
      return { title, start, sentences: sentences.filter((one) => one.start >= from && one.start < until) };
    })
    .filter((section) => section.sentences.length > 0);
}

/** What a new chapter costs: so many times the logarithm of the number of words. */
const PRICE = 1.75;
/** What a speaker does on coming to a new topic makes it cheaper; a second of silence, for one. */
const CUES = { second: 4, opens: 3, asks: 1.5, depends: -2.5 };
const LONGEST_PAUSE = 2;
/** Of what a chapter would last, or of the sentences it would have, if all were equal. */
const SHORTEST_SHARE = 0.5;
const LARGEST_SHARE = 4;
const FEWEST_SENTENCES = 4;

/**
 * After Utiyama and Isahara (2001): of all ways to divide the sentences, the one in which every word is most to be
 * expected from the other words of its chapter, each chapter having its price.
 * @returns the positions of the sentences that begin a new topic.
 */
function topicChanges(sentences: Sentence[], terms: string[][], lexicon: Lexicon): number[] {
  const price = PRICE * Math.log(terms.reduce((sum, own) => sum + own.length, 2));
  const tooShort = shortnessIn(sentences);
  const cues = cuesFor(sentences, lexicon);
  const words = new ChapterOfWords(terms);
  const most = Math.ceil((LARGEST_SHARE * sentences.length) / chaptersFor(duration(sentences)));
  /** For so many sentences, what their best division costs and where its last chapter begins. */
  const best = [{ cost: 0, from: 0 }];
  for (const from of sentences.keys()) {
    const opened = (best[from]?.cost ?? 0) + price - (cues[from] ?? 0);
    words.clear();
    for (let end = from + 1; end <= Math.min(sentences.length, from + most); end++) {
      const cost = opened + words.add(end - 1) + price * tooShort(from, end);
      if (cost < (best[end]?.cost ?? Number.POSITIVE_INFINITY)) best[end] = { cost, from };
    }
  }
  const starts: number[] = [];
  for (let end = sentences.length; end > 0; end = best[end]?.from ?? 0) starts.unshift(best[end]?.from ?? 0);
  return starts.slice(1);
}

/**
 * A chapter that takes sentence after sentence. Numbers stand for the words: these few lines are most of what an extract
 * takes of time.
 */
class ChapterOfWords {
  readonly #sentences: number[][];
  readonly #counts: Uint32Array;
  /** What a word that was said so often adds when it is said again. */
  readonly #known: Float64Array;
  #length = 0;
  #sum = 0;

  constructor(sentences: string[][]) {
    const numbers = new Map([...new Set(sentences.flat())].map((term, number) => [term, number]));
    this.#sentences = sentences.map((terms) => terms.map((term) => numbers.get(term) ?? 0));
    this.#counts = new Uint32Array(numbers.size);
    const most = sentences.reduce((sum, terms) => sum + terms.length, 0);
    this.#known = Float64Array.from({ length: most }, (_, n) => (n + 1) * Math.log(n + 2) - n * Math.log(n + 1));
  }

  clear(): void {
    this.#counts.fill(0);
    [this.#length, this.#sum] = [0, 0];
  }

  /**
   * Adds a sentence, and tells how many nats the chapter's words now take to write down by a code made for them: few where
   * the same words return. Every word of the vocabulary counts once more than it is said (Laplace), or a chapter of one
   * sentence would be the best.
   */
  add(sentence: number): number {
    const terms = this.#sentences[sentence] ?? [];
    for (const term of terms) {
      const count = this.#counts[term] ?? 0;
      this.#sum += this.#known[count] ?? 0;
      this.#counts[term] = count + 1;
    }
    this.#length += terms.length;
    return this.#length * Math.log(this.#length + this.#counts.length || 1) - this.#sum;
  }
}

/** How much a chapter is too short to be one: 0, or 3 … 5. */
function shortnessIn(sentences: Sentence[]): (from: number, end: number) => number {
  const seconds = duration(sentences);
  const shortest = (seconds / chaptersFor(seconds)) * SHORTEST_SHARE;
  return (from, end) => {
    const lasts = (sentences[end - 1]?.end ?? 0) - (sentences[from]?.start ?? 0);
    const share = Math.min(shortest > 0 ? lasts / shortest : 1, (end - from) / FEWEST_SENTENCES);
    return share >= 1 ? 0 : 5 - 2 * Math.max(0, share);
  };
}

/** What chapters are measured against: two in a minute and a half, seven in a quarter of an hour, fifteen in an hour, never over twenty. */
function chaptersFor(seconds: number): number {
  return Math.min(20, Math.max(1, Math.round(1.9 * Math.sqrt(seconds / 60))));
}

function duration(sentences: Sentence[]): number {
  return (sentences.at(-1)?.end ?? 0) - (sentences.at(0)?.start ?? 0);
}

/** What a speaker does before each sentence, or says in it, that tells of a new topic. */
function cuesFor(sentences: Sentence[], lexicon: Lexicon): number[] {
  const pauses = sentences.map(({ start }, n) => start - (sentences[n - 1]?.end ?? start));
  const usual = pauses.toSorted((a, b) => a - b)[pauses.length >> 1] ?? 0;
  return sentences.map((sentence, n) => {
    const text = withoutFillers(sentence.text, lexicon);
    const silence = Math.min(LONGEST_PAUSE, Math.max(0, (pauses[n] ?? 0) - usual));
    return (
      silence * CUES.second +
      (lexicon.opensTopic?.test(text) ? CUES.opens : 0) +
      (text.endsWith('?') ? CUES.asks : 0) +
      (lexicon.dependent?.test(text) ? CUES.depends : 0)
    );
  });
}
