import { createHash } from 'node:crypto';
import type { Chapter, Segment } from '@destila/contracts';
import { chunkSummary } from './chunk-summary.ts';
import { chunkTranscript } from './chunk-transcript.ts';
import type { Passage } from './passage.ts';
import { spacedSlashes } from './slashes.ts';

export interface Chunk extends Passage {
  /** From 0, without gaps; the transcript's passages come first. */
  position: number;
  /** The note's, so that a passage can be understood, and found, without what stands around it. */
  title: string | null;
  channel: string | null;
  /** ISO 639-1; null when nobody knows. */
  language: string | null;
  /** SHA-256 of all that is read of it, hexadecimal: the same passage need not be read again. */
  hash: string;
}

export interface IndexedJob {
  title: string | null;
  channel: string | null;
  segments: readonly Segment[];
  chapters: readonly Chapter[];
  summary: string;
  /** What is spoken, and what the summary is written in. */
  languages: { spoken: string | null; written: string | null };
}

/** All that a job's note and transcript say, in passages. The same input always gives the same chunks. */
export function chunkJob({ title, channel, segments, chapters, summary, languages }: IndexedJob): Chunk[] {
  const spoken = segments.map((segment) => ({ ...segment, text: spacedSlashes(segment.text) }));
  const inChapters = chapters.map((chapter) => ({ ...chapter, title: spacedSlashes(chapter.title) }));
  const note = { title: title && spacedSlashes(title), channel };
  const passages = [
    ...chunkTranscript(spoken, inChapters).map((passage) => ({ ...passage, language: languages.spoken })),
    ...chunkSummary(summary).map((passage) => ({ ...passage, language: languages.written })),
  ];
  return passages.map((passage, position) => {
    const hash = hashOf([note.title, channel, passage.language, passage.heading, passage.text]);
    return { position, ...note, ...passage, hash };
  });
}

/** A passage as a model reads it: with what it is from. */
export function contextualText({ title, heading, text }: Pick<Chunk, 'title' | 'heading' | 'text'>): string {
  const context = [title, heading].filter((part) => part !== null).join(' · ');
  return context === '' ? text : `${context}\n${text}`;
}

function hashOf(parts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
