/** How much two texts share, 0 … 1 (Lin 2004): single words, pairs of words, and words in the same order. */
export interface Rouge {
  one: number;
  two: number;
  longest: number;
}

/** F1 of each, over words without capitals; nothing is stemmed or left out. */
export function rouge(summary: string, reference: string): Rouge {
  const [a, b] = [wordsOf(summary), wordsOf(reference)];
  return { one: overlap(a, b), two: overlap(pairsOf(a), pairsOf(b)), longest: f1(longestCommon(a, b), a, b) };
}

/** The share of a text's pairs of words that another has. */
export function recallOfPairs(summary: string, text: string): number {
  const pairs = pairsOf(wordsOf(text));
  return pairs.length === 0 ? 0 : shared(pairsOf(wordsOf(summary)), pairs) / pairs.length;
}

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function pairsOf(words: readonly string[]): string[] {
  return words.slice(1).map((word, index) => `${words[index]} ${word}`);
}

function overlap(a: readonly string[], b: readonly string[]): number {
  return f1(shared(a, b), a, b);
}

function f1(common: number, a: readonly string[], b: readonly string[]): number {
  return a.length + b.length === 0 ? 0 : (2 * common) / (a.length + b.length);
}

/** Each as often as both have it. */
function shared(a: readonly string[], b: readonly string[]): number {
  const left = new Map<string, number>();
  for (const one of a) left.set(one, (left.get(one) ?? 0) + 1);
  return b.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count > 0;
  }).length;
}

/** The length of the longest common subsequence. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const word of a) {
    const next = [0];
    for (const [index, other] of b.entries()) {
      next.push(word === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
