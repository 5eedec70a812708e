import { createHash } from 'node:crypto';
import type { Chapter, Segment } from '@destila/contracts';
import { chunkSummary } from './chunk-summary.ts';
import { chunkTranscript } from './chunk-transcript.ts';
import type { Passage } from './passage.ts';

export interface Chunk extends Passage {
  /** From 0, without gaps; the transcript's passages come first. */
  position: number;
  /** SHA-256 of heading and text, hexadecimal: the same passage need not be embedded again. */
  hash: string;
}

/** All that a job's note and transcript say, in passages. The same input always gives the same chunks. */
export function chunkJob(job: {
  segments: readonly Segment[];
  chapters: readonly Chapter[];
  summary: string;
}): Chunk[] {
  const passages = [...chunkTranscript(job.segments, job.chapters), ...chunkSummary(job.summary)];
  return passages.map((passage, position) => ({ position, ...passage, hash: hashOf(passage) }));
}

function hashOf({ heading, text }: Passage): string {
  return createHash('sha256')
    .update(`${heading ?? ''}\n${text}`)
    .digest('hex');
}
