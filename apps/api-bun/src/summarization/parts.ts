import type { Segment } from '@destila/contracts';
import { divide } from './chapters.ts';
import { lexiconOf } from './lexicon/lexicon.ts';
import { splitSentences } from './sentences.ts';
import type { Source } from './summary.ts';
import { contentTerms, wordReader } from './terms.ts';
import { estimateTokens, lineOf } from './tokens.ts';

/** A stretch of the transcript that one call is about. */
export interface Part {
  lines: Segment[];
  /** The last lines of the part before, without which the first ones may not be understood. */
  before: Segment[];
}

/** The share of the budget that an even part takes; the rest is room for cutting where a topic ends. */
const EVEN_SHARE = 0.8;
/** How far from an even cut to look for a better one, as a share of an even part. On both sides it fills the room above. */
const LEEWAY = 0.125;
/** Tokens, at most, and lines of the part before. */
const OVERLAP = { tokens: 200, lines: 6 };
/** Seconds of a pause beyond which a longer one tells no more. */
const LONGEST_PAUSE = 4;

export function countParts(segments: Segment[], budget: number): number {
  const tokens = segments.reduce((sum, segment) => sum + tokensOf(segment), 0);
  return tokens <= budget ? 1 : Math.min(segments.length, Math.ceil(tokens / (budget * EVEN_SHARE)));
}

/**
 * Cuts a transcript into as few consecutive parts as the budget allows, of about the same length: where the source's own
 * chapters begin, else where the topic changes, else where the speaker pauses.
 * @param budget tokens of transcript in one part; only a single line may be longer.
 */
export function planParts(source: Source, budget: number): Part[] {
  const { segments } = source;
  const count = countParts(segments, budget);
  if (count === 1) return [{ lines: segments, before: [] }];
  return cutInto(segments, count, topicStarts(source));
}

/** Two parts of one, cut at a pause near its middle. */
export function halve({ lines, before }: Part): Part[] {
  const [first, ...others] = cutInto(lines, 2, new Set());
  return first ? [{ ...first, before }, ...others] : [];
}

function cutInto(segments: Segment[], count: number, topics: ReadonlySet<number>): Part[] {
  const ends: number[] = [];
  for (const segment of segments) ends.push((ends.at(-1) ?? 0) + tokensOf(segment));
  const size = (ends.at(-1) ?? 0) / count;
  const cuts = [0];
  for (let n = 1; n < count; n++) {
    const from = (cuts.at(-1) ?? 0) + 1;
    if (from < segments.length)
      cuts.push(bestCut(segments, ends, { from, ideal: n * size, leeway: size * LEEWAY }, topics));
  }
  return cuts.map((from, n) => ({
    lines: segments.slice(from, cuts[n + 1]),
    before: overlapBefore(segments, from),
  }));
}

/** The index of the line to begin the next part with. */
function bestCut(
  segments: Segment[],
  ends: number[],
  { from, ideal, leeway }: { from: number; ideal: number; leeway: number },
  topics: ReadonlySet<number>,
): number {
  let best = { index: from, score: Number.NEGATIVE_INFINITY };
  for (let index = from; index < segments.length; index++) {
    const distance = Math.abs((ends[index - 1] ?? 0) - ideal) / leeway;
    const isAfter = (ends[index - 1] ?? 0) > ideal;
    if (isAfter && distance > 1 && best.score > Number.NEGATIVE_INFINITY) break;
    const score = distance > 1 ? -100 * distance : cutScore(segments, index, topics) - distance;
    if (score > best.score) best = { index, score };
  }
  return best.index;
}

function cutScore(segments: Segment[], index: number, topics: ReadonlySet<number>): number {
  const [before, line] = [segments[index - 1], segments[index]];
  if (!before || !line) return 0;
  const pause = Math.min(LONGEST_PAUSE, Math.max(0, line.start - before.end));
  const endsSentence = /[.!?…]["»”)]*\s*$/u.test(before.text) ? 1.5 : 0;
  return (topics.has(line.id) ? 20 : 0) + pause + endsSentence;
}

function overlapBefore(segments: Segment[], index: number): Segment[] {
  const lines: Segment[] = [];
  let tokens = 0;
  for (const line of segments.slice(Math.max(0, index - OVERLAP.lines), index).reverse()) {
    tokens += tokensOf(line);
    if (tokens > OVERLAP.tokens) break;
    lines.unshift(line);
  }
  return lines;
}

/** The ids of the lines with which a chapter of the source, or else a new topic, begins. */
function topicStarts(source: Source): ReadonlySet<number> {
  const lexicon = lexiconOf(source.language);
  const readWords = wordReader(source.language, lexicon);
  const sentences = splitSentences(source.segments, source.language, lexicon);
  const sections = divide(sentences, ({ text }) => contentTerms(readWords(text)), source.chapters, lexicon);
  const starts = new Set<number>();
  let line = 0;
  for (const { start } of sections) {
    while ((source.segments[line]?.start ?? Number.POSITIVE_INFINITY) < start - 0.5) line++;
    const segment = source.segments[line];
    if (segment) starts.add(segment.id);
  }
  return starts;
}

function tokensOf(segment: Segment): number {
  return estimateTokens(lineOf(segment)) + 1;
}
