import { type TypedWord, WEIGHED, type WordsQuery } from '../database/search-words.ts';

/** What somebody typed, word by word, with the words that they may have meant by those that stand nowhere. */
export interface MeantWord extends TypedWord {
  meant: readonly string[];
}

/** Letters from which on an unfinished word is looked for. */
const BEGINNING = 3;
/** More passages than any library holds: what it is exactly matters little. */
const ALL = 1_000_000;

/** "Phrases", -exclusions and OR, as search engines know them; who writes these wants them kept. A question may well hold an `or`. */
export function hasOperators(text: string): boolean {
  return /"[^"]*[\p{L}\p{N}][^"]*"|(^|\s)-\p{L}|\sOR\s/u.test(text);
}

/** What phones and languages put for a straight quote. */
export function withStraightQuotes(text: string): string {
  return text.replaceAll(/[“”„‟«»]/g, '"');
}

/** Whether a word stands nowhere, so that it may have been mistyped. */
export function isUnknown({ chunks, beginning }: TypedWord): boolean {
  return chunks === 0 && beginning === 0;
}

/** What to look for; null when no word of it stands anywhere. `isTyping`: the last word may be unfinished. */
export function wordsQuery(words: readonly MeantWord[], isTyping: boolean): WordsQuery | null {
  const telling = words.filter(({ isCommon }) => !isCommon);
  const chosen = (telling.length > 0 ? telling : words).map((word) => {
    const isBegun = isTyping && word === words.at(-1) && word.word.length >= BEGINNING;
    const chunks = isBegun ? Math.max(word.chunks, word.beginning) : word.chunks;
    const isKnown = !isUnknown(word) || word.meant.length > 0;
    return { query: queryOf(word, isBegun), chunks, weight: Math.log(ALL / Math.max(1, chunks)), isKnown };
  });
  const known = chosen.filter(({ isKnown }) => isKnown).toSorted((a, b) => a.chunks - b.chunks);
  if (known.length === 0) return null;
  const upTo = rareUpTo(WEIGHED, known);
  return {
    all: known.map(({ query }) => `(${query})`).join(' & '),
    rare: anyOf(upTo.length > 0 ? upTo : known.slice(0, 1)),
    weights: known,
    total: chosen.reduce((sum, { weight }) => sum + weight, 0),
    any: anyOf(known),
  };
}

/** What operators say is what is looked for. */
export function operatorsQuery(query: string): WordsQuery | null {
  return query === '' ? null : { all: query, rare: query, weights: [{ query, weight: 1 }], total: 1, any: query };
}

/** The first of the words, given from the rarest on, that together stand in so many passages at most. */
function rareUpTo<Word extends { chunks: number }>(most: number, words: readonly Word[]): Word[] {
  let sum = 0;
  return words.filter(({ chunks }) => {
    sum += chunks;
    return sum <= most;
  });
}

function anyOf(words: readonly { query: string }[]): string {
  return words.map(({ query }) => query).join(' | ');
}

function queryOf({ word, forms, meant }: MeantWord, isBegun: boolean): string {
  const lexemes = [...new Set([...forms, ...meant])].map(quoted);
  return [...lexemes, ...(isBegun ? [`${quoted(word)}:*`] : [])].join(' | ');
}

/** A lexeme of tsquery's syntax (PostgreSQL, 8.11.2). */
function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
