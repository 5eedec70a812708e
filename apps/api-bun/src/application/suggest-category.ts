import type { Category } from '@destila/contracts';
import type { CategorizedNote } from '../database/categories.ts';
import { likenessOf } from '../summarization/tags.ts';

/** A channel keeps to its subject more than a tag does. */
const CHANNEL_VOTES = 2;
/** One tag shared with one note comes to 0.5: too little. */
const LEAST_VOTES = 0.6;
/** How many times as many votes as the next category. */
const LEAST_LEAD = 1.5;

/**
 * The category that a person would most likely give a note, from those they gave before; null when too little speaks for one, or
 * for another almost as much.
 *
 * Each tag of the note is a vote, and its channel two. A vote is shared out among the earlier notes that have the same tag or channel,
 * each for its category, and one more that has none, so that what was seen once counts half of what was always so. A category that is
 * called like a tag has the whole of a vote. Tags are the same regardless of case, accents and plurals.
 */
export function suggestCategory(
  note: Pick<CategorizedNote, 'tags' | 'channel'>,
  categories: readonly Category[],
  earlier: readonly CategorizedNote[],
): string | null {
  const traits = traitsOf(note);
  const shared = earlier.map(traitsOf);
  const votes = new Map<string, number>();
  const vote = (category: string, share: number) => votes.set(category, (votes.get(category) ?? 0) + share);
  for (const [trait, weight] of traits) {
    const alike = earlier.filter((_, index) => shared[index]?.has(trait));
    for (const { category_id } of alike) vote(category_id, weight / (alike.length + 1));
  }
  for (const { id, name } of categories) if (traits.has(tagTrait(name))) vote(id, 1);
  return clearWinner(votes);
}

/** What notes can have in common, and how many votes it has. */
function traitsOf({ tags, channel }: Pick<CategorizedNote, 'tags' | 'channel'>): Map<string, number> {
  const traits = new Map(tags.map((tag) => [tagTrait(tag), 1]));
  if (channel) traits.set(`channel ${channel}`, CHANNEL_VOTES);
  traits.delete(tagTrait(''));
  return traits;
}

function tagTrait(tag: string): string {
  return `tag ${likenessOf(tag)}`;
}

function clearWinner(votes: ReadonlyMap<string, number>): string | null {
  const [first, second] = [...votes].toSorted(([, a], [, b]) => b - a);
  if (!first || first[1] < LEAST_VOTES) return null;
  return first[1] >= LEAST_LEAD * (second?.[1] ?? 0) ? first[0] : null;
}
