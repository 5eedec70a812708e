import type { WeighedSentence } from './sentence-weights.ts';
import { cosine } from './terms.ts';

export interface Quote {
  text: string;
  /** The ids of the segments in which it begins and ends. */
  first: number;
  last: number;
}

/** Two sentences more alike than this say the same. */
const SAME = 0.6;
/** Of weight against being unlike what is already chosen (maximal marginal relevance, Carbonell & Goldstein 1998). */
const RELEVANCE = 0.7;
/** No more of the sentences than this are quoted: a summary that keeps most of a text is none. */
const LARGEST_SHARE = 0.3;

/**
 * Chooses the key sentences of the whole and then, of what is left, those of each section; both in order of time, with
 * every part of the video having its share.
 */
export function chooseQuotes(sections: WeighedSentence[][]): { keyQuotes: Quote[]; sectionQuotes: Quote[][] } {
  const chosen: WeighedSentence[] = [];
  const total = sections.flat().length;
  const keySentences = chooseAcross(sections, Math.min(keyPointsFor(sections), Math.ceil(total / 4)), chosen);
  const room = Math.max(0, total * LARGEST_SHARE - keySentences.length) / Math.max(1, total);
  const sectionSentences = sections.map((sentences) =>
    chooseAcross([sentences], Math.max(1, Math.min(pointsFor(sentences), Math.round(sentences.length * room))), chosen),
  );
  return { keyQuotes: quotesOf(keySentences), sectionQuotes: sectionSentences.map(quotesOf) };
}

/** Five for a minute and a half, nine for a quarter of an hour, fifteen for an hour, never over twenty. */
function keyPointsFor(sections: WeighedSentence[][]): number {
  const [first, last] = [sections.flat().at(0), sections.flat().at(-1)];
  const minutes = ((last?.end ?? 0) - (first?.start ?? 0)) / 60;
  return Math.min(20, Math.round(2.6 + 1.6 * Math.sqrt(minutes)));
}

/** Of a chapter: two of its ten sentences, three of thirty, six of a hundred and more. */
function pointsFor(sentences: WeighedSentence[]): number {
  return Math.min(6, Math.round(0.6 * Math.sqrt(sentences.length)));
}

/** Every part of the video has its share of the `wanted` sentences. Adds what it takes to `chosen`. */
function chooseAcross(sections: WeighedSentence[][], wanted: number, chosen: WeighedSentence[]): WeighedSentence[] {
  const groups = neighbours(sections, wanted);
  const seats = apportion(
    groups.map((group) => group.length),
    wanted,
  );
  return groups.flatMap((group, n) => stretches(group, seats[n] ?? 0).flatMap((stretch) => takeBest(stretch, chosen)));
}

/** Sections that follow each other are taken together where there are more of them than sentences to choose. */
function neighbours(sections: WeighedSentence[][], most: number): WeighedSentence[][] {
  const groups: WeighedSentence[][] = Array.from({ length: Math.min(most, sections.length) }, () => []);
  for (const [n, section] of sections.entries()) {
    groups[Math.floor((n * groups.length) / sections.length)]?.push(...section);
  }
  return groups;
}

/** One seat for each, the others by size (D'Hondt's method). */
function apportion(sizes: number[], seats: number): number[] {
  const given = sizes.map((size) => Math.min(1, size));
  for (let left = seats - given.length; left > 0; left--) {
    const claims = sizes.map((size, n) => size / ((given[n] ?? 0) + 1));
    const winner = claims.indexOf(Math.max(...claims));
    given[winner] = (given[winner] ?? 0) + 1;
  }
  return given;
}

/** So many consecutive ones, alike in length. */
function stretches(sentences: WeighedSentence[], count: number): WeighedSentence[][] {
  return Array.from({ length: count }, (_, n) =>
    sentences.slice(Math.round((n * sentences.length) / count), Math.round(((n + 1) * sentences.length) / count)),
  );
}

function takeBest(sentences: WeighedSentence[], chosen: WeighedSentence[]): WeighedSentence[] {
  const best = mostTelling(sentences, chosen);
  if (best) chosen.push(best);
  return best ? [best] : [];
}

function mostTelling(sentences: WeighedSentence[], chosen: WeighedSentence[]): WeighedSentence | undefined {
  let best: { sentence: WeighedSentence; value: number } | undefined;
  for (const sentence of sentences) {
    const likeness = Math.max(0, ...chosen.map((other) => cosine(sentence.vector, other.vector)));
    if (likeness > SAME) continue;
    const value = RELEVANCE * sentence.weight - (1 - RELEVANCE) * likeness;
    if (!best || value > best.value) best = { sentence, value };
  }
  return best?.sentence;
}

function quotesOf(sentences: WeighedSentence[]): Quote[] {
  return sentences.map(({ quote, first, last }) => ({ text: quote, first, last }));
}
