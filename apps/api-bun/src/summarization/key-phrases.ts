import type { Lexicon } from './lexicon/lexicon.ts';
import type { Word } from './terms.ts';

/** A name for something the video is about, as it is said in it. */
export interface KeyPhrase {
  /** Lower case, unless it is a name. */
  text: string;
  terms: string[];
  score: number;
  /** How often it is said in each chapter. */
  counts: number[];
  /** Things that are counted up (`the second reason`) say how a talk is built rather than what it is about. */
  enumerated: boolean;
}

/** Words of a phrase, connectors not counted. */
const MOST_WORDS = 3;
/** A word that is a noun follows an article, a preposition or the like at least this often. */
const LEAST_NOUNNESS = 0.4;

/**
 * Finds the nouns and noun phrases of a transcript, best first. There is no grammar here but what a lexicon knows of
 * determiners; a phrase of several words has to be said twice to be one.
 * @param chapters the words of each chapter's sentences.
 */
export function findKeyPhrases(chapters: Word[][][], lexicon: Lexicon): KeyPhrase[] {
  const candidates = new Map<string, Candidate>();
  for (const [chapter, sentences] of chapters.entries()) {
    for (const words of sentences) for (const span of spansOf(words, lexicon)) count(candidates, span, chapter);
  }
  const nouns = nounness(candidates, lexicon);
  return [...candidates.values()]
    .filter((candidate) => isPhrase(candidate, nouns, lexicon))
    .map((candidate) => phraseOf(candidate, candidates, chapters.length))
    .sort((a, b) => b.score - a.score || (a.text < b.text ? -1 : 1));
}

/** The best phrases that have no word in common: of `memory` and `working memory` one. */
export function distinctPhrases(phrases: KeyPhrase[], most: number): KeyPhrase[] {
  const seen = new Set<string>();
  const kept: KeyPhrase[] = [];
  for (const phrase of phrases) {
    if (kept.length === most) break;
    if (phrase.enumerated || phrase.terms.some((term) => seen.has(term))) continue;
    kept.push(phrase);
    for (const term of phrase.terms) seen.add(term);
  }
  return kept;
}

interface Span {
  words: Word[];
  /** After an article or preposition. */
  determined: boolean;
  /** After `first`, `second` and so on. */
  counted: boolean;
  startsSentence: boolean;
}

interface Candidate {
  terms: string[];
  count: number;
  counts: Map<number, number>;
  determined: number;
  counted: number;
  /** How it is written, and how often; the beginning of a sentence does not count, where every word has a capital. */
  surfaces: Map<string, number>;
}

/** Every run of up to three content words, also over `of` or `de la`, that no punctuation divides. */
function* spansOf(words: Word[], lexicon: Lexicon): Generator<Span> {
  for (const [start, first] of words.entries()) {
    if (!first.content) continue;
    const before = first.afterBreak ? undefined : words[start - 1];
    const place = {
      determined: before !== undefined && isDetermined(before, first, lexicon),
      counted: before !== undefined && lexicon.ordinals.has(before.lower),
      startsSentence: start === 0,
    };
    let end = start + 1;
    yield { words: [first], ...place };
    for (let length = 2; length <= MOST_WORDS; length++) {
      end = nextContent(words, end, lexicon);
      if (end === 0) break;
      yield { words: words.slice(start, end), ...place };
    }
  }
}

/** `el taller`, `de taller`; but of `de comprar` nothing is known. */
function isDetermined(before: Word, word: Word, { determiners, infinitive }: Lexicon): boolean {
  if (infinitive?.ending.test(word.lower) && infinitive.after.has(before.lower)) return false;
  return determiners.has(before.lower);
}

/** The position after the next content word, reached directly or over a connector; 0 where there is none. */
function nextContent(words: Word[], from: number, lexicon: Lexicon): number {
  for (const connector of ['', ...lexicon.connectors]) {
    const links = connector === '' ? [] : connector.split(' ');
    const linked = links.every((link, index) => words[from + index]?.lower === link);
    const end = from + links.length + 1;
    const unbroken = words.slice(from, end).every(({ afterBreak }) => !afterBreak);
    if (linked && unbroken && words[end - 1]?.content) return end;
  }
  return 0;
}

function count(candidates: Map<string, Candidate>, span: Span, chapter: number): void {
  const terms = span.words.filter(({ content }) => content).map(({ term }) => term);
  const key = terms.join(' ');
  const candidate = candidates.get(key) ?? {
    terms,
    count: 0,
    counts: new Map(),
    determined: 0,
    counted: 0,
    surfaces: new Map(),
  };
  candidate.count += 1;
  candidate.counts.set(chapter, (candidate.counts.get(chapter) ?? 0) + 1);
  candidate.determined += span.determined ? 1 : 0;
  candidate.counted += span.counted ? 1 : 0;
  const [first, ...rest] = span.words;
  const written = [span.startsSentence ? first?.lower : first?.surface, ...rest.map(({ surface }) => surface)].join(
    ' ',
  );
  candidate.surfaces.set(written, (candidate.surfaces.get(written) ?? 0) + 1);
  candidates.set(key, candidate);
}

/** How often a term stands where a noun stands: 0 … 1. Of a language without known determiners, always 1. */
function nounness(candidates: Map<string, Candidate>, lexicon: Lexicon): (term: string) => number {
  return (term) => {
    const candidate = candidates.get(term);
    if (!candidate) return 0;
    const isName = /^\p{Lu}/u.test(bestSurface(candidate));
    return lexicon.determiners.size === 0 || isName ? 1 : candidate.determined / candidate.count;
  };
}

function isPhrase(candidate: Candidate, nouns: (term: string) => number, lexicon: Lexicon): boolean {
  const { terms, count, determined } = candidate;
  const [first = '', last = ''] = [terms.at(0), terms.at(-1)];
  if (terms.length === 1) return nouns(first) >= LEAST_NOUNNESS && !hasVerbEnding(candidate, lexicon);
  if (count < 2 || new Set(terms).size < terms.length || hasVerbEnding(candidate, lexicon)) return false;
  return determined / count >= LEAST_NOUNNESS || (nouns(first) === 1 && nouns(last) === 1);
}

function hasVerbEnding(candidate: Candidate, lexicon: Lexicon): boolean {
  const words = bestSurface(candidate).toLowerCase().split(' ');
  return [words.at(0), words.at(-1)].some((word) => lexicon.verbEnding?.test(word ?? ''));
}

function phraseOf(candidate: Candidate, candidates: Map<string, Candidate>, chapters: number): KeyPhrase {
  const { terms, count, counts, surfaces } = candidate;
  const enumerated = candidate.counted >= Math.max(2, count / 3);
  const plural = [...surfaces.keys()].find((surface) => surface.endsWith('s'));
  const rarestPart = Math.min(...terms.map((term) => candidates.get(term)?.count ?? 1));
  // A phrase that is what its words are used for is worth more than one that happens to be said.
  const cohesion = terms.length === 1 ? 1 : 1 + count / rarestPart;
  return {
    text: (enumerated ? plural : undefined) ?? bestSurface(candidate),
    terms,
    score: count * cohesion,
    counts: Array.from({ length: chapters }, (_, chapter) => counts.get(chapter) ?? 0),
    enumerated,
  };
}

function bestSurface({ surfaces }: Candidate): string {
  const [best] = [...surfaces].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  return best?.[0] ?? '';
}
