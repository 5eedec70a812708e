import type { Chapter, KeyPoint, Segment, SummaryFacts } from '@destila/contracts';

/** What a summary is made of. */
export interface Source {
  title: string | null;
  /** The source's own chapters; often none. */
  chapters: Chapter[];
  segments: Segment[];
  /** ISO 639-1: what is spoken. */
  language: string;
}

export interface SummaryChapter extends Chapter {
  points: KeyPoint[];
}

/** A summary before it is written as Markdown. */
export interface Summary {
  title: string;
  /** Paragraphs that tell the whole in brief; none in an extractive summary. */
  overview: string[];
  key_points: KeyPoint[];
  chapters: SummaryChapter[];
  /** Lower case. */
  tags: string[];
  action_items: KeyPoint[];
  /** Word for word. */
  quotes: KeyPoint[];
}

/** Why something is not the model's: it gave nothing usable, or the job's tokens are spent. */
export type Shortfall = 'unusable' | 'budget';

/** A stretch of the video, in seconds, that is not summarised as asked. */
export interface Gap {
  start: number;
  end: number;
  /** `skipped`: the model was asked, and no point of its answer cites it. */
  why: Shortfall | 'skipped';
  /** Its own sentences stand in place of a summary; otherwise it has none. */
  extracted: boolean;
}

export type TokenUsage = NonNullable<SummaryFacts['usage']>;
