import type { Lexicon } from './lexicon.ts';

/** A set of the words in a text. */
export function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Matches a text that begins with one of the phrases, whole words only. */
export function beginsWith(phrases: string): RegExp {
  return new RegExp(`^[¿¡"«“(]*(?:${alternatives(phrases)})(?![\\p{L}\\p{N}])`, 'iu');
}

/** Matches a text that holds one of the phrases, whole words only. */
export function holds(phrases: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives(phrases)})(?![\\p{L}\\p{N}])`, 'iu');
}

/** A sentence without the `Bueno, …` and `So, …` of speech before it. */
export function withoutFillers(text: string, { fillers }: Pick<Lexicon, 'fillers'>): string {
  if (!fillers) return text;
  let [before, after] = ['', text];
  while (after !== before) [before, after] = [after, after.replace(fillers, '').replace(/^[\s,;:.]+/, '')];
  return after;
}

/** Phrases are separated by `|` and line breaks; within one, `.*` and the like are allowed. */
function alternatives(phrases: string): string {
  return phrases
    .split(/[|\n]/)
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '')
    .join('|');
}
