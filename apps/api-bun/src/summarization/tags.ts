/** Tags of one note. */
const MOST_TAGS = 10;
const LONGEST_TAG = 60;

/**
 * Tags as they are kept: lower case, without `#`, none twice. One that says what an earlier tag of the person's says is
 * written as that one was.
 */
export function normaliseTags(tags: string[], known: string[]): string[] {
  const earlier = new Map(known.map((tag) => [likenessOf(tag), tag]));
  const chosen = new Map<string, string>();
  for (const tag of tags) {
    const tidy = tag
      .normalize('NFC')
      .replace(/[#\p{C}]/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .toLowerCase();
    const likeness = likenessOf(tidy);
    if (likeness === '' || tidy.length > LONGEST_TAG || chosen.has(likeness)) continue;
    chosen.set(likeness, earlier.get(likeness) ?? tidy);
  }
  return [...chosen.values()].slice(0, MOST_TAGS);
}

/** The same for `Energías renovables`, `energia-renovable` and `#energías_renovables`. An `ñ` is no `n`. */
export function likenessOf(tag: string): string {
  return tag
    .toLowerCase()
    .normalize('NFD')
    .replace(/(?<!n)\u0303|(?!\u0303)\p{M}/gu, '')
    .split(/[^\p{L}\p{N}\p{M}+]+/u)
    .filter((word) => word !== '')
    .map(singular)
    .join(' ');
}

/** Regular plurals of Spanish and English, as far as their singular can be told. */
function singular(word: string): string {
  const shorter = word.length > 3 ? word.replace(/(?<=[^su])s$/, '') : word;
  return shorter.length > 3 ? shorter.replace(/(?<=[^aeiou])e$/, '') : shorter;
}
