import { isUpload, type Segment, videoLinkAt } from '@destila/contracts';
import type { JobRow } from '../database/jobs.ts';
import type { Note, Passage } from '../destinations/destination.ts';
import { siteVideo } from '../media/video-site.ts';

/** Seconds that a passage of the transcript covers at least; it ends with the segment that reaches it. */
const PASSAGE_SECONDS = 60;
/** Characters of a title; some sites give a whole post for one. A person's own is no longer either (`editJobRequestSchema`). */
const MAX_TITLE = 500;
/** Files that a browser plays by their address. */
const PLAYABLE_FILE = /\.(mp4|m4v|mov|webm)$/i;

export interface NoteContext {
  importKey: string;
  category: Note['category'];
  channel: string | null;
  published: string | null;
  segments: readonly Segment[];
  thumbnail: Note['thumbnail'];
  publicUrl: string;
  savedAt: Date;
}

/** What is published of a job. */
export function noteOf(job: JobRow, context: NoteContext): Note {
  const { importKey, category, channel, published, segments, thumbnail, publicUrl, savedAt } = context;
  const source = isUpload(job.url) ? null : new URL(job.url);
  const video = source && siteVideo(source);
  const isYoutube = video?.site === 'youtube';
  return {
    importKey,
    title: cut(job.video_title ?? job.url),
    url: source ? job.url : new URL(`/jobs/${job.id}`, publicUrl).toString(),
    isEmbeddable: isYoutube || (source !== null && PLAYABLE_FILE.test(source.pathname)),
    // https://developers.google.com/youtube/v3/docs/thumbnails
    coverUrl: isYoutube ? `https://i.ytimg.com/vi/${video.id}/hqdefault.jpg` : null,
    thumbnail,
    markdown: absoluteLinks(job.summary_markdown ?? '', publicUrl),
    transcript: passagesOf(job, segments, publicUrl),
    category,
    tags: job.ai_tags,
    channel,
    published,
    durationSeconds: job.video_duration,
    language: job.output_language ?? job.source_language,
    savedAt,
  };
}

function cut(title: string): string {
  const end = /[\uD800-\uDBFF]/.test(title.charAt(MAX_TITLE - 1)) ? MAX_TITLE - 1 : MAX_TITLE;
  return title.slice(0, end);
}

/** Links to our own pages (moments of an uploaded video) made to work from anywhere. */
export function absoluteLinks(markdown: string, publicUrl: string): string {
  return markdown.replaceAll('](/jobs/', `](${new URL('/jobs/', publicUrl)}`);
}

function passagesOf(job: JobRow, segments: readonly Segment[], publicUrl: string): Passage[] {
  const passages: Passage[] = [];
  for (const { start, text } of segments) {
    const last = passages.at(-1);
    if (last && start < last.start + PASSAGE_SECONDS) last.text += ` ${text.trim()}`;
    else passages.push({ start, text: text.trim(), link: new URL(videoLinkAt(job, start), publicUrl).toString() });
  }
  return passages;
}
