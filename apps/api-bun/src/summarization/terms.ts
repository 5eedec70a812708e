import type { Lexicon } from './lexicon/lexicon.ts';

/** A word of a sentence. */
export interface Word {
  /** As it stands in the transcript. */
  surface: string;
  lower: string;
  /** What makes `Cafés` and `café` the same. */
  term: string;
  /** Says something about the topic: no function word, no number. */
  content: boolean;
  /** Punctuation stands between this word and the one before. */
  afterBreak: boolean;
}

/** Reads the words of sentences; keep one for a whole transcript, a segmenter is costly to make. */
export type WordReader = (text: string) => Word[];

/** @param language ISO 639-1. */
export function wordReader(language: string, lexicon: Lexicon): WordReader {
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  return (text) => {
    const words: Word[] = [];
    let afterBreak = true;
    for (const { segment, isWordLike } of segmenter.segment(text)) {
      if (isWordLike) {
        words.push(wordOf(segment, { afterBreak, isFirst: words.length === 0 }, lexicon));
        afterBreak = false;
      } else if (segment.trim() !== '') afterBreak = true;
    }
    return words;
  };
}

function wordOf(surface: string, place: { afterBreak: boolean; isFirst: boolean }, lexicon: Lexicon): Word {
  const lower = surface.toLowerCase().replaceAll('’', "'");
  // The `Nueva` of `Nueva York`: a capital within a sentence makes a name of any word.
  const isName = !place.isFirst && /^\p{Lu}\p{Ll}{2,}$/u.test(surface);
  const isWord = lower.length > 1 && !/^[\d.,]+/.test(lower);
  const content = isWord && (isName || !lexicon.stopWords.has(lower));
  return { surface, lower, term: termOf(lower), content, afterBreak: place.afterBreak };
}

/**
 * Folds accents and plurals, in Spanish and English alike. No stemmer: it only has to bring together what a person would
 * count as one word (`temperature`, `temperatures`; `animal`, `animales`), and what it gives is never shown.
 */
function termOf(lower: string): string {
  const folded = lower.replace(/'s$/, '').normalize('NFD').replace(/\p{M}/gu, '');
  const singular = folded.length > 4 ? folded.replace(/ies$/, 'y') : folded;
  const shorter = singular.length > 3 ? singular.replace(/(?<=[^su])s$/, '') : singular;
  return shorter.length > 4 ? shorter.replace(/(?<=[^aeiou])e$/, '') : shorter;
}

/** Weights of terms. */
export type TermVector = ReadonlyMap<string, number>;

export function contentTerms(words: Word[]): string[] {
  return words.filter(({ content }) => content).map(({ term }) => term);
}

/** How much a term tells: rare ones among the sentences tell more (smoothed inverse document frequency). */
export function inverseFrequencies(sentences: string[][]): TermVector {
  const counts = new Map<string, number>();
  for (const terms of sentences) for (const term of new Set(terms)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return new Map([...counts].map(([term, count]) => [term, Math.log(1 + sentences.length / count)]));
}

export function vectorOf(terms: string[], weights: TermVector): TermVector {
  const vector = new Map<string, number>();
  for (const term of terms) vector.set(term, (vector.get(term) ?? 0) + (weights.get(term) ?? 0));
  return vector;
}

export function sumOf(vectors: TermVector[]): TermVector {
  const sum = new Map<string, number>();
  for (const vector of vectors) for (const [term, weight] of vector) sum.set(term, (sum.get(term) ?? 0) + weight);
  return sum;
}

/** 0 … 1; 0 with an empty vector. */
export function cosine(a: TermVector, b: TermVector): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let product = 0;
  for (const [term, weight] of small) product += weight * (large.get(term) ?? 0);
  return product === 0 ? 0 : product / (norm(a) * norm(b));
}

function norm(vector: TermVector): number {
  let sum = 0;
  for (const weight of vector.values()) sum += weight * weight;
  return Math.sqrt(sum);
}
