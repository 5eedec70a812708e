import type { Segment } from '@destila/contracts';
import { byLine, type Cited, distinct, type Notes } from './citations.ts';
import type { Depth } from './depth.ts';
import { inParallel } from './in-parallel.ts';
import { type Reduction, reductionSchema } from './model-answer.ts';
import type { ModelCalls } from './model-calls.ts';
import { tidy, tidyParagraphs } from './model-text.ts';
import {
  type DigestToReduce,
  digestText,
  reductionInstructions,
  reductionQuestion,
  tagHint,
  type Wishes,
} from './prompts.ts';
import { readsAs } from './read-reply.ts';
import { estimateTokens } from './tokens.ts';
import { hear } from './verbatim.ts';

/** What a stretch of the video, or all of it, comes to. */
export interface Digest {
  title: string;
  overview: string[];
  key_points: Cited[];
  tags: string[];
  /** What its points are chosen from, under their headings. */
  groups: Array<{ title: string; points: Cited[] }>;
}

export interface ReduceOptions {
  calls: ModelCalls;
  /** The whole transcript. */
  segments: Segment[];
  title: string | null;
  wishes: Wishes;
  depth: Depth;
  /** Tokens of notes in one call. */
  budget: number;
  parallel: number;
  /** Told how many citations of points that do not exist were dropped. */
  onDropped(citations: number): void;
  onText(): void;
}

export function digestOf({ title, overview, chapters, key_points, tags }: Notes): Digest {
  return { title, overview, key_points, tags, groups: [...chapters, { title: '', points: key_points }] };
}

/**
 * One digest of many: by a call on all of them where they fit into one, else by calls on some of them each, and on what
 * these come to. What a model makes nothing of is put together as it is, so that nothing is lost.
 */
export async function reduce(digests: Digest[], options: ReduceOptions): Promise<Digest> {
  const [only, ...others] = digests;
  if (only && others.length === 0) return only;
  const groups = groupsWithin(digests, options.budget);
  const reduced = await inParallel(groups, options.parallel, (group) => reduceOnce(group, options));
  return reduce(reduced, options);
}

/** How many calls it will take to reduce digests of this many tokens each. */
export function countReductions(sizes: number[], budget: number, reducedSize: number): number {
  if (sizes.length < 2) return 0;
  const groups = evenGroups(sizes, groupCount(sizes, budget));
  return (
    groups.length +
    countReductions(
      groups.map(() => reducedSize),
      budget,
      reducedSize,
    )
  );
}

function groupsWithin(digests: Digest[], budget: number): Digest[][] {
  const sizes = digests.map((digest) => estimateTokens(digestText(toReduce(digest))));
  return evenGroups(digests, groupCount(sizes, budget));
}

/** At least two to a group, or there would be no end to it. */
function groupCount(sizes: number[], budget: number): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return Math.max(1, Math.min(Math.floor(sizes.length / 2), Math.ceil(total / budget)));
}

function evenGroups<Item>(items: Item[], count: number): Item[][] {
  const groups: Item[][] = Array.from({ length: count }, () => []);
  for (const [n, item] of items.entries()) groups[Math.floor((n * count) / items.length)]?.push(item);
  return groups;
}

async function reduceOnce(digests: Digest[], options: ReduceOptions): Promise<Digest> {
  const { calls, segments, title, wishes, depth, onDropped, onText } = options;
  const heard = hear(segments);
  const known = new Map<number, Cited>();
  for (const point of digests.flatMap(({ groups }) => groups.flatMap(({ points }) => points))) {
    if (!known.has(point.first)) known.set(point.first, point);
  }
  const grounded = ({ key_points }: Reduction) =>
    key_points.flatMap(({ text, line }) => {
      const [point, tidied] = [known.get(line), tidy(text, heard)];
      return point && tidied !== '' ? [{ text: tidied, first: point.first, last: point.last }] : [];
    });
  const outcome = await calls.ask({
    kind: 'reduction',
    instructions: reductionInstructions(wishes, depth),
    hint: tagHint(wishes),
    prompt: reductionQuestion(digests.map(toReduce), title),
    schema: reductionSchema,
    judge(answer) {
      if (tidyParagraphs(answer.overview, heard).length === 0) return 'It had no overview.';
      if (grounded(answer).length === 0)
        return 'It cited no points of the notes. Cite the numbers in brackets before them.';
      return readsAs(wishes, answer.overview, answer.key_points);
    },
    onText,
  });
  if ('failure' in outcome) return putTogether(digests, depth);
  const { answer } = outcome;
  const key_points = distinct(grounded(answer).sort(byLine));
  onDropped(answer.key_points.filter(({ line }) => !known.has(line)).length);
  const overview = tidyParagraphs(answer.overview, heard);
  return {
    title: tidy(answer.title, heard),
    overview,
    key_points,
    tags: answer.tags.map((tag) => tidy(tag, heard)),
    groups: [{ title: '', points: key_points }],
  };
}

function toReduce({ overview, groups }: Digest): DigestToReduce {
  return {
    overview,
    groups: groups.map(({ title, points }) => ({
      title,
      points: points.map(({ first, text }) => ({ id: first, text })),
    })),
  };
}

/** Without a model: all the overviews one after the other, and of the key points every so manieth. */
function putTogether(digests: Digest[], depth: Depth): Digest {
  const points = distinct(digests.flatMap(({ key_points }) => key_points).sort(byLine));
  const key_points = evenly(points, depth.keyPoints);
  return {
    title: digests[0]?.title ?? '',
    overview: digests.flatMap(({ overview }) =>
      overview.slice(0, Math.max(1, Math.floor((2 * depth.paragraphs) / digests.length))),
    ),
    key_points,
    tags: digests.flatMap(({ tags }) => tags),
    groups: [{ title: '', points: key_points }],
  };
}

/** So many of them, the first and the last included. */
export function evenly<Item>(items: Item[], count: number): Item[] {
  if (items.length <= count) return items;
  const step = (items.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, n) => items[Math.round(n * step)]).filter((item) => item !== undefined);
}
