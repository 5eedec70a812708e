/**
 * Pk (Beeferman, Berger, Lafferty 1999): how often two moments half a chapter apart are put in one chapter by one
 * division and in two by the other. 0 where both agree; guessing comes to about a half.
 * @param found @param gold seconds at which chapters begin.
 */
export function disagreement(found: readonly number[], gold: readonly number[], seconds: number): number {
  const reach = Math.max(1, Math.round(seconds / gold.length / 2));
  const moments = Array.from({ length: Math.max(1, Math.floor(seconds) - reach) }, (_, second) => second);
  const together = (starts: readonly number[], second: number) =>
    chapterAt(starts, second) === chapterAt(starts, second + reach);
  return moments.filter((second) => together(found, second) !== together(gold, second)).length / moments.length;
}

/** As many chapters of equal length. */
export function equalParts(count: number, seconds: number): number[] {
  return Array.from({ length: count }, (_, part) => (part * seconds) / count);
}

function chapterAt(starts: readonly number[], second: number): number {
  return starts.filter((start) => start <= second).length;
}
