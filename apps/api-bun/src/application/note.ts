import { isUpload } from '@destila/contracts';
import type { JobRow } from '../database/jobs.ts';
import type { Note } from '../destinations/destination.ts';

export interface NoteContext {
  importKey: string;
  category: string | null;
  channel: string | null;
  publicUrl: string;
  savedAt: Date;
}

/** What is published of a job. */
export function noteOf(job: JobRow, { importKey, category, channel, publicUrl, savedAt }: NoteContext): Note {
  return {
    importKey,
    title: job.video_title ?? job.url,
    url: isUpload(job.url) ? new URL(`/jobs/${job.id}`, publicUrl).toString() : job.url,
    markdown: absoluteLinks(job.summary_markdown ?? '', publicUrl),
    category,
    tags: job.ai_tags,
    channel,
    durationSeconds: job.video_duration,
    language: job.output_language ?? job.source_language,
    savedAt,
  };
}

/** Links to our own pages (moments of an uploaded video) made to work from anywhere. */
export function absoluteLinks(markdown: string, publicUrl: string): string {
  return markdown.replaceAll('](/jobs/', `](${new URL('/jobs/', publicUrl)}`);
}
