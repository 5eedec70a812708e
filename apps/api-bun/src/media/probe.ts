import { stat } from 'node:fs/promises';
import { type Chapter, DestilaError } from '@destila/contracts';
import { z } from 'zod';
import { type RunResult, run } from './child-process.ts';
import { languageTag } from './language-tag.ts';
import type { MediaPrograms } from './media-programs.ts';
import { contentKind, readHead } from './media-type.ts';
import { dayInTag } from './publish-day.ts';

/** What a media file says of itself. */
export interface MediaProbe {
  title: string | null;
  artist: string | null;
  /** Seconds; null when the file does not say. */
  duration: number | null;
  hasAudio: boolean;
  /** What a thumbnail can be made of: moving pictures, or the cover of a sound file. */
  picture: 'video' | 'cover' | null;
  /** BCP 47, of the first audio stream. */
  language: string | null;
  /** The day it was published, else made, `YYYY-MM-DD`. */
  published: string | null;
  subtitles: SubtitleTrack[];
  chapters: Chapter[];
}

/** A track of captions that is text, not pictures. */
export interface SubtitleTrack {
  /** The stream's number in the file. */
  index: number;
  language: string | null;
}

/**
 * The containers we take, by the names of their demuxers. It keeps out the formats that make ffmpeg open other files
 * and addresses: playlists, concat scripts, SDP.
 */
const MEDIA_FORMATS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,mp3,wav,w64,flac,aac,ac3,eac3,avi,flv,asf,mpegts,mpeg,mpegvideo,h264,hevc,amr,amrnb,amrwb,aiff,caf,ape,wv,au,rm,dv,gxf,mxf,nut,ivf';

/** Opens the local file and nothing else, whatever is in it. */
export function mediaInput(file: string, formats = MEDIA_FORMATS): string[] {
  return ['-protocol_whitelist', 'file,pipe', '-format_whitelist', formats, '-i', `file:${file}`];
}

/** Milliseconds a program may be silent: a file of hours without an index is read through. */
export const SILENCE_DEADLINE = 120_000;

/**
 * Reads what a file is and checks that it is whole.
 * @throws {DestilaError} `empty_file`, `wrong_file_type`, `truncated_file`, `ffmpeg_missing`, `stage_hung`
 */
export async function probe(programs: MediaPrograms, file: string, signal: AbortSignal): Promise<MediaProbe> {
  if ((await stat(file)).size === 0) throw new DestilaError('empty_file');
  const described = await ffprobe(
    programs,
    ['-of', 'json', '-show_format', '-show_streams', '-show_chapters'],
    file,
    signal,
  );
  if (described.exitCode !== 0) throw await unreadable(file, described.stderr);
  const answer = answerSchema.parse(JSON.parse(described.stdout));
  const result = summarise(answer);
  if (!result.hasAudio && !result.picture && result.subtitles.length === 0) throw new DestilaError('wrong_file_type');
  const end = declaredEnd(answer);
  if (end !== null) await checkEnd(programs, file, end, signal);
  return result;
}

function ffprobe(programs: MediaPrograms, args: string[], file: string, signal: AbortSignal): Promise<RunResult> {
  if (!programs.ffprobe) throw new DestilaError('ffmpeg_missing', { detail: 'ffprobe' });
  const complete = ['-v', 'error', ...args, ...mediaInput(file)];
  const { environment } = programs;
  return run(programs.ffprobe.path, complete, { signal, environment, silenceDeadline: SILENCE_DEADLINE });
}

/** A file that begins as media and cannot be read has lost its end, where many files keep their index. */
async function unreadable(file: string, detail: string): Promise<DestilaError> {
  const kind = await contentKind(await readHead(file), null);
  return new DestilaError(kind === 'media' ? 'truncated_file' : 'wrong_file_type', { detail });
}

/** Jumps to the end that sound and picture declare, and sees whether they get there. */
async function checkEnd(programs: MediaPrograms, file: string, end: number, signal: AbortSignal) {
  const entries = 'packet=codec_type,pts_time,duration_time';
  const args = ['-of', 'csv=p=0', '-show_entries', entries, '-read_intervals', `${Math.max(0, end - 10)}%`];
  const { stdout } = await ffprobe(programs, args, file, signal);
  const reached = stdout.split('\n').reduce((latest, line) => {
    const [type, time = '', length = ''] = line.split(',');
    if (type !== 'audio' && type !== 'video') return latest;
    return Math.max(latest, (Number.parseFloat(time) || 0) + (Number.parseFloat(length) || 0));
  }, 0);
  // A container rounds, and a last frame may say no length.
  const tolerance = Math.min(5, end * 0.1);
  if (reached < end - tolerance) {
    throw new DestilaError('truncated_file', { detail: `ends at ${reached} s of ${end} s` });
  }
}

const tagsSchema = z.record(z.string(), z.string()).default({});
const answerSchema = z.object({
  format: z.object({ format_name: z.string(), duration: z.coerce.number().optional(), tags: tagsSchema }),
  streams: z.array(
    z.object({
      index: z.number(),
      codec_type: z.string().optional(),
      codec_name: z.string().optional(),
      duration: z.coerce.number().optional(),
      disposition: z.object({ attached_pic: z.number() }).partial().default({}),
      tags: tagsSchema,
    }),
  ),
  chapters: z
    .array(z.object({ start_time: z.coerce.number(), end_time: z.coerce.number(), tags: tagsSchema }))
    .default([]),
});
type ProbeAnswer = z.infer<typeof answerSchema>;

/**
 * Seconds at which sound and picture end, by the file's own word; null in containers for which ffprobe estimates it,
 * which proves nothing. Captions and chapters may end elsewhere.
 */
function declaredEnd({ format, streams }: ProbeAnswer): number | null {
  if (!/\b(mp4|matroska|avi)\b/.test(format.format_name)) return null;
  const played = streams.filter(({ codec_type: type }) => type === 'audio' || type === 'video');
  const ends = played.map((stream) => stream.duration ?? clockSeconds(tag(stream.tags, 'duration')) ?? format.duration);
  return ends.reduce<number | null>((latest, end) => (end === undefined ? latest : Math.max(latest ?? 0, end)), null);
}

/** `00:00:12.021000000`, as Matroska's statistics tags and ffmpeg's progress write it. */
export function clockSeconds(clock: string | null | undefined): number | undefined {
  const [, hours, minutes, seconds] = clock?.match(/^(\d+):(\d+):([\d.]+)$/) ?? [];
  return seconds === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

const TEXT_SUBTITLES = /^(mov_text|subrip|srt|webvtt|ass|ssa|text)$/;

function summarise({ format, streams, chapters }: ProbeAnswer): MediaProbe {
  const audio = streams.find((stream) => stream.codec_type === 'audio');
  return {
    title: tag(format.tags, 'title'),
    artist: tag(format.tags, 'artist'),
    duration: format.duration ?? null,
    hasAudio: audio !== undefined,
    picture: pictureOf(streams),
    language: languageTag(tag(audio?.tags ?? {}, 'language')),
    published: dayInTag(tag(format.tags, 'date')) ?? dayInTag(tag(format.tags, 'creation_time')),
    subtitles: streams
      .filter((stream) => stream.codec_type === 'subtitle' && TEXT_SUBTITLES.test(stream.codec_name ?? ''))
      .map((stream) => ({ index: stream.index, language: languageTag(tag(stream.tags, 'language')) })),
    chapters: chapters.flatMap((chapter) => {
      const title = tag(chapter.tags, 'title');
      return title ? [{ title, start: Math.max(0, chapter.start_time), end: Math.max(0, chapter.end_time) }] : [];
    }),
  };
}

function pictureOf(streams: ProbeAnswer['streams']): MediaProbe['picture'] {
  const pictures = streams.filter((stream) => stream.codec_type === 'video');
  if (pictures.some((stream) => !stream.disposition.attached_pic)) return 'video';
  return pictures.length > 0 ? 'cover' : null;
}

/** Tags differ in case from container to container. */
function tag(tags: Record<string, string>, name: string): string | null {
  const entry = Object.entries(tags).find(([key]) => key.toLowerCase() === name);
  return entry?.[1].trim() || null;
}
