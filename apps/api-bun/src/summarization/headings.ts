import type { KeyPhrase } from './key-phrases.ts';

/** The second phrase of a heading has to tell at least this share of what the first tells. */
const WORTH_NAMING = 0.45;

/**
 * Names every chapter after what it speaks of more than the others do: `Cafeína y sueño`. No word is used in two
 * headings; a chapter that has no phrase of its own gets null.
 */
export function nameChapters(phrases: KeyPhrase[], chapters: number, and: string): Array<string | null> {
  const used = new Set<string>();
  const order = Array.from({ length: chapters }, (_, chapter) => chapter);
  const names = order.map((chapter) => {
    const [first, second] = bestPhrases(phrases, chapter, used);
    for (const phrase of [first, second]) for (const term of phrase?.terms ?? []) used.add(term);
    return first ? capitalised(second ? joined(first.text, second.text, and) : first.text) : null;
  });
  return names;
}

function bestPhrases(phrases: KeyPhrase[], chapter: number, used: ReadonlySet<string>): KeyPhrase[] {
  const free = phrases.filter((phrase) => countIn(chapter, phrase) > 0 && !phrase.terms.some((term) => used.has(term)));
  // What is said but once in a chapter names it only where nothing is said twice.
  const repeated = free.filter((phrase) => countIn(chapter, phrase) > 1);
  const [first, ...others] = (repeated.length > 0 ? repeated : free.slice(0, 1)).toSorted(
    (a, b) => weightIn(chapter, b) - weightIn(chapter, a),
  );
  if (!first) return [];
  const name = moreSpecific(first, repeated);
  const second = others
    .filter((phrase) => !phrase.enumerated && weightIn(chapter, phrase) >= weightIn(chapter, first) * WORTH_NAMING)
    .map((phrase) => moreSpecific(phrase, repeated))
    .find((phrase) => !shareTerm(name, phrase));
  return second ? [name, second] : [name];
}

/** `biological clock` rather than `clock`, where it is called that more than once. */
function moreSpecific(phrase: KeyPhrase, others: KeyPhrase[]): KeyPhrase {
  if (phrase.terms.length > 1) return phrase;
  return others.find(({ terms }) => terms.length > 1 && terms.includes(phrase.terms[0] ?? '')) ?? phrase;
}

function shareTerm(a: KeyPhrase, b: KeyPhrase): boolean {
  return a.terms.some((term) => b.terms.includes(term));
}

/** Said often here and seldom elsewhere. */
function weightIn(chapter: number, phrase: KeyPhrase): number {
  const all = phrase.counts.reduce((sum, count) => sum + count, 0);
  const here = countIn(chapter, phrase);
  return (phrase.score / all) * here * Math.sqrt(here / all);
}

function countIn(chapter: number, { counts }: KeyPhrase): number {
  return counts[chapter] ?? 0;
}

/** Spanish says `e` before the sound of an i: `memoria e inteligencia`. */
function joined(first: string, second: string, and: string): string {
  return `${first} ${and === 'y' && /^h?[ií](?!e)/i.test(second) ? 'e' : and} ${second}`;
}

export function capitalised(text: string): string {
  return text.replace(/^([¿¡"«“(]*)(\p{Ll})/u, (_, before: string, letter: string) => before + letter.toUpperCase());
}
