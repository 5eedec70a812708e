import type { Chapter, KeyPoint, Segment } from '@destila/contracts';

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
  action_items: string[];
}
