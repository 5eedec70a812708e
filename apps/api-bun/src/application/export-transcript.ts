import { DestilaError, formatTimestamp, type JobDetail } from '@destila/contracts';
import { writeSrt, writeVtt } from '../transcription/captions-writing.ts';
import { readJob } from './read-job.ts';
import type { Services } from './services.ts';

/** What a transcript can be downloaded as, by the ending of its file. */
const FORMS = {
  txt: { type: 'text/plain', write: writeText },
  srt: { type: 'application/x-subrip', write: ({ segments }: JobDetail) => writeSrt(segments) },
  vtt: { type: 'text/vtt', write: ({ segments }: JobDetail) => writeVtt(segments) },
  json: { type: 'application/json', write: writeJson },
} as const;
export type TranscriptForm = keyof typeof FORMS;

export interface ExportedFile {
  title: string | null;
  type: string;
  text: string;
}

/** What was said, with its times. @throws {DestilaError} `not_found`, `not_ready` */
export async function exportTranscript(
  services: Services,
  userId: string,
  { jobId, form }: { jobId: string; form: TranscriptForm },
): Promise<ExportedFile> {
  const job = await readJob(services, userId, jobId);
  if (job.segments.length === 0) throw new DestilaError('not_ready');
  const { type, write } = FORMS[form];
  return { title: job.video_title, type, text: write(job) };
}

/** A line a segment. */
function writeText({ segments }: JobDetail): string {
  return segments
    .map(({ start, speaker, text }) => `[${formatTimestamp(start)}] ${speaker ? `${speaker}: ` : ''}${text}\n`)
    .join('');
}

function writeJson(job: JobDetail): string {
  const transcript = {
    title: job.video_title,
    url: job.url,
    language: job.source_language,
    /** Seconds. */
    duration: job.video_duration,
    origin: job.transcript_origin,
    segments: job.segments,
  };
  return `${JSON.stringify(transcript, null, 2)}\n`;
}
