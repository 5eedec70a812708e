import type { FoundBy } from '@destila/contracts';
import type { FoundByWords, FoundChunk } from '../database/search-words.ts';

/** How slowly a place in a list loses weight; the value of the method's authors (Cormack, Clarke, Büttcher 2009). */
const K = 60;

export interface Fused extends FoundChunk {
  rank: number;
  foundBy: FoundBy;
}

/**
 * Puts lists of passages, each best first, into one by reciprocal rank: what several lists hold comes before what one does.
 * A passage with half of the words counts for an eighth: else one that happens to share a word with a question put in other
 * words would come before what answers it (`bench/search`).
 */
export function fuse(byWords: readonly FoundByWords[], byMeaning: readonly (readonly FoundChunk[])[]): Fused[] {
  const fused = new Map<string, Fused>();
  const add = ({ id, jobId }: FoundChunk, rank: number, foundBy: 'words' | 'meaning') => {
    const before = fused.get(id);
    const isBoth = before !== undefined && before.foundBy !== foundBy;
    fused.set(id, { id, jobId, rank: (before?.rank ?? 0) + rank, foundBy: isBoth ? 'both' : foundBy });
  };
  for (const [place, chunk] of byWords.entries()) add(chunk, chunk.share ** 3 / (K + place + 1), 'words');
  for (const list of byMeaning) {
    for (const [place, chunk] of list.entries()) add(chunk, 1 / (K + place + 1), 'meaning');
  }
  return [...fused.values()].toSorted((a, b) => b.rank - a.rank);
}

/** The first so many, but of no note more than `each`: the other notes should be seen too. */
export function spread(fused: readonly Fused[], most: number, each: number): Fused[] {
  const taken = new Map<string, number>();
  const chosen = fused.filter(({ jobId }) => {
    const count = (taken.get(jobId) ?? 0) + 1;
    taken.set(jobId, count);
    return count <= each;
  });
  return chosen.slice(0, most);
}
