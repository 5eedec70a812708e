import type { Segment } from '@destila/contracts';

/** Where something was said, and in which words. `first` and `last` are the ids of the lines. */
export interface Found {
  text: string;
  first: number;
  last: number;
}

export interface Heard {
  /**
   * The place where a quote stands word for word, however it is written: spaces, case, accents and punctuation count for
   * nothing. Of several, the first at or after the line `near`.
   */
  find(quote: string, near?: number): Found | null;
  /** Whether the transcript holds this piece of text as it stands, but for its case. */
  holds(text: string): boolean;
}

interface SpokenWord {
  plain: string;
  line: number;
  from: number;
  to: number;
}

/** A word, or one character of a script that is written without spaces. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}\p{M}]+?(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[^\p{L}\p{N}\p{M}]|$)/gu;

/** What was said, to look things up in. */
export function hear(lines: Segment[]): Heard {
  let words: SpokenWord[] | undefined;
  let text: string | undefined;
  return {
    find(quote, near) {
      words ??= lines.flatMap((line, n) => wordsOf(line.text).map((word) => ({ ...word, line: n })));
      const wanted = wordsOf(quote).map(({ plain }) => plain);
      const places = placesOf(wanted, words);
      const place = places.find(({ line }) => near === undefined || (lines[line]?.id ?? 0) >= near) ?? places[0];
      return place ? cutOut(lines, words.slice(place.index, place.index + wanted.length)) : null;
    },
    holds(piece) {
      text ??= lines
        .map((line) => line.text)
        .join(' ')
        .toLowerCase();
      return text.includes(piece.toLowerCase());
    },
  };
}

export function countWords(text: string): number {
  return wordsOf(text).length;
}

function wordsOf(text: string): Omit<SpokenWord, 'line'>[] {
  return [...text.matchAll(WORD)].map((match) => ({
    plain: plainOf(match[0]),
    from: match.index,
    to: match.index + match[0].length,
  }));
}

function plainOf(word: string): string {
  return word.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
}

function placesOf(wanted: string[], words: SpokenWord[]): Array<{ index: number; line: number }> {
  if (wanted.length === 0) return [];
  const places: Array<{ index: number; line: number }> = [];
  for (const [index, { line }] of words.entries()) {
    if (wanted.every((plain, n) => words[index + n]?.plain === plain)) places.push({ index, line });
  }
  return places;
}

/** The words as they stand in the transcript, with the marks that belong to them. */
function cutOut(lines: Segment[], words: SpokenWord[]): Found | null {
  const [first, last] = [words.at(0), words.at(-1)];
  const [opening, closing] = [lines[first?.line ?? -1], lines[last?.line ?? -1]];
  if (!first || !last || !opening || !closing) return null;
  const from = first.from - (/[¿¡]$/.exec(opening.text.slice(0, first.from))?.[0].length ?? 0);
  const to = last.to + (/^[.!?…]+/.exec(closing.text.slice(last.to))?.[0].length ?? 0);
  const between = lines.slice(first.line + 1, last.line).map(({ text }) => text);
  const text =
    first.line === last.line
      ? opening.text.slice(from, to)
      : [opening.text.slice(from), ...between, closing.text.slice(0, to)].join(' ');
  return { text: text.replace(/\s+/g, ' ').trim(), first: opening.id, last: closing.id };
}
