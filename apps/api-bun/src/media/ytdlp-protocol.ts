import { type Chapter, DestilaError, type ErrorCode } from '@destila/contracts';
import { z } from 'zod';
import { trackIn } from './captions.ts';
import { languageTag, sameLanguage } from './language-tag.ts';
import { dayIn, dayOfTimestamp } from './publish-day.ts';
import { commonArguments, type YtdlpSettings } from './ytdlp-arguments.ts';
import { classifyFailure, type FailureContext, LOOK_AGAIN_AFTER, liveStream } from './ytdlp-failures.ts';

/** What yt-dlp is told and what it says: everything about it but running it. */

/**
 * Prints one line of JSON for each video, two at most: a second one means that it is a playlist. A video without formats is
 * described all the same: that tells when a stream begins, and captions may be there.
 */
export function describeArguments(url: string, settings: YtdlpSettings): string[] {
  const wanted = ['--dump-json', '--ignore-no-formats-error', '--no-playlist', '--playlist-items', '1-2'];
  return [...commonArguments(settings), ...wanted, '--', url];
}

/** The forms that can be read, best first: of YouTube's automatic captions, only json3 does not say every line twice. */
const CAPTION_FORMS = {
  authored: ['vtt', 'srt', 'ttml', 'dfxp', 'json3'],
  automatic: ['json3', 'vtt', 'srt', 'ttml', 'dfxp'],
} as const;

export function captionArguments(infoFile: string, track: OnlineCaptions, settings: YtdlpSettings): string[] {
  const kind = track.kind === 'authored' ? '--write-subs' : '--write-auto-subs';
  const forms = CAPTION_FORMS[track.kind].join('/');
  const wanted = [kind, '--sub-langs', track.key, '--sub-format', forms, '--skip-download'];
  return [
    ...commonArguments(settings),
    ...wanted,
    ...TELL_PROGRESS,
    '-o',
    'captions.%(ext)s',
    '--load-info-json',
    infoFile,
  ];
}

/** Ways of transfer that yt-dlp does itself, through the proxy; RTMP and its like would pass by the guard. */
const OWN_PROTOCOLS = "[protocol~='^(https?|m3u8_native|http_dash_segments)$']";

export function audioArguments(infoFile: string, settings: YtdlpSettings): string[] {
  return [
    ...commonArguments(settings),
    ...['-f', `ba${OWN_PROTOCOLS}/b${OWN_PROTOCOLS}`],
    ...['--fixup', 'never', '--no-part', '-o', 'audio.%(ext)s'],
    // A stream with a hole in it would pass for whole.
    ...['--abort-on-unavailable-fragments', '--fragment-retries', '3'],
    ...TELL_PROGRESS,
    ...['--load-info-json', infoFile],
  ];
}

/** What a site says of a video. */
export interface OnlineVideo {
  title: string | null;
  channel: string | null;
  /** Seconds. */
  duration: number | null;
  /** BCP 47. */
  language: string | null;
  /** The day it was published, `YYYY-MM-DD`. */
  published: string | null;
  thumbnail: string | null;
  chapters: Chapter[];
  captions: OnlineCaptions[];
  /** The HLS playlist of a video whose length nobody said, which may be live. */
  endlessPlaylist: string | null;
}

export interface OnlineCaptions {
  /** What yt-dlp calls it: `es`, `en-orig`. */
  key: string;
  language: string | null;
  kind: 'authored' | 'automatic';
}

/**
 * Reads what `describeArguments` makes yt-dlp print; its warnings say why a video has no formats.
 * @throws {DestilaError} `live_stream`, `upcoming`; `several_videos` for a playlist; what `classifyFailure` makes of a video that
 *   has neither formats nor captions; `ytdlp_failed` for what cannot be read
 */
export function parseDescription(printed: { stdout: string; stderr: string }, context: FailureContext): OnlineVideo {
  const [line, ...more] = printed.stdout.split('\n').filter((text) => text.startsWith('{'));
  if (more.length > 0) throw new DestilaError('several_videos');
  const info = infoSchema.safeParse(parseJson(line ?? ''));
  if (!info.success) throw new DestilaError('ytdlp_failed', { detail: 'unreadable description', cause: info.error });
  const { data } = info;
  const obstacle = notYet(data, context.now) ?? nothingThere(data, printed.stderr, context);
  if (obstacle) throw obstacle;
  return {
    title: titleOf(data),
    channel: data.channel ?? data.uploader ?? null,
    duration: data.duration ?? null,
    language: languageTag(data.language),
    published: publishedOn(data),
    thumbnail: data.thumbnail ?? null,
    chapters: (data.chapters ?? []).map(({ title, start_time, end_time }) => ({
      title,
      start: start_time,
      end: end_time,
    })),
    captions: [...tracks(data.subtitles, 'authored'), ...tracks(data.automatic_captions, 'automatic')],
    endlessPlaylist: endlessPlaylist(data),
  };
}

const tracksSchema = z.record(z.string(), z.array(z.object({ ext: z.string().optional() }))).nullish();
const formatSchema = z.object({ url: z.string().nullish(), protocol: z.string().nullish() });
// A video that comes in one form only is its own format.
const infoSchema = formatSchema.extend({
  title: z.string().nullish(),
  extractor_key: z.string().nullish(),
  channel: z.string().nullish(),
  uploader: z.string().nullish(),
  duration: z.number().nonnegative().nullish(),
  language: z.string().nullish(),
  thumbnail: z.string().nullish(),
  is_live: z.boolean().nullish(),
  live_status: z.string().nullish(),
  /** Seconds since 1970. */
  release_timestamp: z.number().nullish(),
  /** `YYYYMMDD` in UTC. */
  upload_date: z.string().nullish(),
  release_date: z.string().nullish(),
  availability: z.string().nullish(),
  formats: z.array(formatSchema).nullish(),
  chapters: z
    .array(z.object({ title: z.string(), start_time: z.number().nonnegative(), end_time: z.number().nonnegative() }))
    .nullish(),
  subtitles: tracksSchema,
  automatic_captions: tracksSchema,
});
type Info = z.infer<typeof infoSchema>;

/** yt-dlp numbers what it finds in the `<video>` and `<audio>` of a page, though there is only one. */
function titleOf({ title, extractor_key }: Info): string | null {
  return (extractor_key === 'HTML5MediaEmbed' ? title?.replace(/ \(1\)$/, '') : title) ?? null;
}

/**
 * yt-dlp makes `upload_date` of the `timestamp` it has. A release with a time is a premiere or a stream; one without may be the
 * year of an album: https://github.com/yt-dlp/yt-dlp#output-template
 */
function publishedOn({ release_timestamp, upload_date, release_date }: Info): string | null {
  return dayOfTimestamp(release_timestamp) ?? dayIn(upload_date) ?? dayIn(release_date);
}

/** A stream is taken when it is over: what there is of it until then is a fragment. */
function notYet({ is_live, live_status, release_timestamp: start }: Info, now = Date.now()): DestilaError | null {
  if (is_live || live_status === 'is_live') return liveStream();
  if (live_status !== 'is_upcoming') return null;
  const wait = Math.ceil((start ?? 0) - now / 1000);
  return new DestilaError('upcoming', { retryAfterSeconds: wait > 0 ? wait : LOOK_AGAIN_AFTER.upcoming });
}

function formatsOf(data: Info) {
  return (data.formats ?? [data]).filter(({ url }) => url);
}

function endlessPlaylist(data: Info): string | null {
  if (data.duration) return null;
  return formatsOf(data).findLast(({ protocol }) => protocol?.startsWith('m3u8'))?.url ?? null;
}

function nothingThere(data: Info, stderr: string, context: FailureContext): DestilaError | null {
  if (formatsOf(data).length > 0) return null;
  if (tracks(data.subtitles, 'authored').length + tracks(data.automatic_captions, 'automatic').length > 0) {
    return null;
  }
  const said = classifyFailure(stderr, context);
  const code = UNAVAILABLE[data.availability ?? ''];
  return code && VAGUE.has(said.code) ? new DestilaError(code, { detail: said.detail }) : said;
}

/** yt-dlp's `availability`, for where its words say no more than that there is nothing. */
const UNAVAILABLE: Record<string, ErrorCode> = {
  private: 'private_video',
  premium_only: 'members_only',
  subscriber_only: 'members_only',
  needs_auth: 'sign_in_required',
};
const VAGUE: ReadonlySet<ErrorCode> = new Set(['ytdlp_failed', 'ytdlp_outdated', 'no_formats']);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function tracks(found: z.infer<typeof tracksSchema>, kind: OnlineCaptions['kind']): OnlineCaptions[] {
  const forms: readonly string[] = CAPTION_FORMS[kind];
  return Object.entries(found ?? {})
    .filter(([key, formats]) => /^[\w-]+$/.test(key) && formats.some(({ ext }) => forms.includes(ext ?? '')))
    .map(([key]) => ({ key, kind, language: languageTag(key.replace(/-orig$/, '')) }));
}

/**
 * Captions somebody wrote, in the wanted language, else the video's; then those the site recognised from the speech;
 * only then what somebody wrote in some other language. Automatic captions in a language that is not spoken are machine
 * translations of those, and never taken.
 */
export function chooseCaptions(video: OnlineVideo, wanted: string | null): OnlineCaptions | null {
  const authored = video.captions.filter(({ kind }) => kind === 'authored');
  return (
    trackIn(authored, [wanted, video.language]) ??
    originalCaptions(
      video.captions.filter(({ kind }) => kind === 'automatic'),
      video.language,
    ) ??
    authored[0] ??
    null
  );
}

function originalCaptions(automatic: OnlineCaptions[], spoken: string | null): OnlineCaptions | undefined {
  const original = automatic.find(({ key }) => key.endsWith('-orig'));
  if (original || automatic.length === 1) return original ?? automatic[0];
  return automatic.find(({ language }) => sameLanguage(language, spoken));
}

const PROGRESS_TEMPLATE =
  'bytes %(progress.downloaded_bytes)s of %(progress.total_bytes)s or %(progress.total_bytes_estimate)s';
const TELL_PROGRESS = ['--newline', '--progress', '--progress-template', `download:${PROGRESS_TEMPLATE}`];

/** Bytes. `estimated`: the total is yt-dlp's guess, which moves. */
export interface TransferProgress {
  bytes: number;
  total: number | null;
  estimated: boolean;
}

/** A line as `TELL_PROGRESS` asks for it; yt-dlp writes NA for what it does not know. */
export function parseProgress(line: string): TransferProgress | null {
  const match = line.match(/^bytes (\d+) of (\S+) or (\S+)/);
  if (!match) return null;
  const [bytes = 0, size = 0, guess = 0] = match.slice(1).map(Number.parseFloat);
  if (size > 0) return { bytes, total: size, estimated: false };
  return { bytes, total: guess > 0 ? guess : null, estimated: true };
}
