import type { Chapter } from '@destila/contracts';
import type { Lexicon } from './lexicon/lexicon.ts';
import { withoutFillers } from './lexicon/words.ts';
import type { Sentence } from './sentences.ts';
import { cosine, inverseFrequencies, sumOf, type TermVector, vectorOf } from './terms.ts';

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
  const given = followSource(sentences, sourceChapters);
  if (given.length >= 2) return given;
  const cuts = [0, ...topicChanges(sentences, sentences.map(termsOf), lexicon)];
  return cuts.map((from, n) => {
    const own = sentences.slice(from, cuts[n + 1]);
    return { title: null, start: own[0]?.start ?? 0, sentences: own };
  });
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

/** Sentences compared on either side of a gap. */
const REACH = 6;
/** A chapter has at least so many sentences… */
const FEWEST_SENTENCES = 4;
/** …and this share of what it would last if all were equally long. */
const SHORTEST_SHARE = 0.45;

/**
 * After TextTiling (Hearst 1997): at each gap between sentences the words before and after are compared; a topic ends
 * where they have least in common, all the more when the speaker pauses or says so (`Now let's …`).
 * @returns the positions of the sentences that begin a new topic.
 */
function topicChanges(sentences: Sentence[], terms: string[][], lexicon: Lexicon): number[] {
  const likeness = likenessAcrossGaps(terms);
  const gaps = sentences
    .map((sentence, position) => ({ position, depth: depthAt(likeness, position) + cue(sentences, sentence, lexicon) }))
    .slice(1)
    .sort((a, b) => b.depth - a.depth || a.position - b.position);
  const seconds = duration(sentences);
  const chapters = chaptersFor(seconds);
  const cuts: number[] = [];
  for (const { position } of gaps) {
    if (cuts.length === chapters - 1) break;
    const shortest = (seconds / chapters) * SHORTEST_SHARE;
    if (isFarFromOthers(sentences, [0, ...cuts, sentences.length], position, shortest)) cuts.push(position);
  }
  return cuts.sort((a, b) => a - b);
}

/** Two chapters in a minute and a half, seven in a quarter of an hour, fifteen in an hour, never over twenty. */
function chaptersFor(seconds: number): number {
  return Math.min(20, Math.max(1, Math.round(1.9 * Math.sqrt(seconds / 60))));
}

function duration(sentences: Sentence[]): number {
  return (sentences.at(-1)?.end ?? 0) - (sentences.at(0)?.start ?? 0);
}

/** For each position, how alike the sentences before and from it are. */
function likenessAcrossGaps(terms: string[][]): number[] {
  const weights = inverseFrequencies(terms);
  const vectors: TermVector[] = terms.map((own) => vectorOf(own, weights));
  return vectors.map((_, position) => {
    const before = sumOf(vectors.slice(Math.max(0, position - REACH), position));
    return cosine(before, sumOf(vectors.slice(position, position + REACH)));
  });
}

/** How far the likeness falls here from the nearest heights on both sides. */
function depthAt(likeness: number[], position: number): number {
  const here = likeness[position] ?? 0;
  return climb(likeness, position, -1) + climb(likeness, position, 1) - 2 * here;
}

function climb(likeness: number[], from: number, step: 1 | -1): number {
  let height = likeness[from] ?? 0;
  for (let at = from + step; (likeness[at] ?? -1) >= height && at > 0; at += step) height = likeness[at] ?? height;
  return height;
}

/** What a speaker does on coming to a new topic: pause, say so, ask. */
function cue(sentences: Sentence[], sentence: Sentence, lexicon: Lexicon): number {
  const before = sentences[sentence.index - 1];
  const pause = before ? Math.min(2, Math.max(0, sentence.start - before.end)) : 0;
  const text = withoutFillers(sentence.text, lexicon);
  const opens = lexicon.opensTopic?.test(text) ? 0.3 : 0;
  const asks = text.endsWith('?') ? 0.15 : 0;
  const depends = lexicon.dependent?.test(text) ? -0.25 : 0;
  return pause * 0.1 + opens + asks + depends;
}

function isFarFromOthers(sentences: Sentence[], cuts: number[], position: number, shortest: number): boolean {
  return cuts.every((cut) => {
    const [from, to] = cut < position ? [cut, position] : [position, cut];
    const seconds = (sentences[to - 1]?.end ?? 0) - (sentences[from]?.start ?? 0);
    return to - from >= FEWEST_SENTENCES && seconds >= shortest;
  });
}
