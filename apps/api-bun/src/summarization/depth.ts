import type { Segment } from '@destila/contracts';

/** How much a summary should hold. */
export interface Depth {
  chapters: number;
  /** In each chapter, at most. */
  points: number;
  keyPoints: number;
  quotes: number;
  /** Of the overview. */
  paragraphs: number;
}

/** Slow speech; what has fewer words than this is no shorter to summarise for that. */
const WORDS_PER_SECOND = 1.5;

/**
 * Grows with the root of the length: two minutes have three chapters and five key points, a quarter of an hour seven and
 * nine, an hour fifteen and fifteen, four hours twenty-nine and twenty-seven.
 */
export function depthFor(lines: Segment[]): Depth {
  const minutes = secondsOf(lines) / 60;
  const root = Math.sqrt(minutes);
  return {
    chapters: within(1, Math.round(1.9 * root), 48),
    points: minutes < 5 ? 3 : minutes < 45 ? 4 : 6,
    keyPoints: within(2, Math.round(2.6 + 1.6 * root), 40),
    quotes: within(1, Math.round(root), 10),
    paragraphs: within(1, Math.round(root / 3), 5),
  };
}

/** What a part of the transcript should give, so that all together come to the whole's depth and a little more to choose from. */
export function depthOfPart(whole: Depth, share: number): Depth {
  return {
    ...whole,
    chapters: Math.max(1, Math.round(whole.chapters * share)),
    keyPoints: Math.max(2, Math.ceil(whole.keyPoints * share * 1.5)),
    quotes: Math.max(1, Math.round(whole.quotes * share)),
    paragraphs: 1,
  };
}

/** By the clock, or by the words where times are missing. */
export function secondsOf(lines: Segment[]): number {
  const span = (lines.at(-1)?.end ?? 0) - (lines.at(0)?.start ?? 0);
  if (span > 0) return span;
  return lines.reduce((words, { text }) => words + text.split(/\s+/).length, 0) / WORDS_PER_SECOND;
}

function within(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
