import { type Chapter, DestilaError, type ErrorCode } from '@destila/contracts';
import { z } from 'zod';
import { bestTrack } from './captions.ts';
import { languageTag } from './language-tag.ts';

/** What yt-dlp is told and what it says: everything about it but running it. */

export interface YtdlpSettings {
  /** As `yt-dlp --version` says: `2026.08.19`. */
  version: string | null;
  proxyUrl: string;
  /** A copy of our own, for yt-dlp writes to it. */
  cookies: string | null;
  /** The operator's own, as one line. */
  extraArguments: string | null;
  workDir: string;
  /** Path of this very Bun, which yt-dlp uses for what YouTube computes in JavaScript. */
  bun: string;
}

/** Prints one line of JSON for each video, two at most: a second one means that it is a playlist. */
export function describeArguments(url: string, settings: YtdlpSettings): string[] {
  return [...commonArguments(settings), '--dump-json', '--no-playlist', '--playlist-items', '1-2', '--', url];
}

export function captionArguments(infoFile: string, track: OnlineCaptions, settings: YtdlpSettings): string[] {
  const kind = track.kind === 'authored' ? '--write-subs' : '--write-auto-subs';
  const wanted = [kind, '--sub-langs', track.key, '--sub-format', 'vtt/srt', '--skip-download'];
  return [...commonArguments(settings), ...wanted, '-o', 'captions.%(ext)s', '--load-info-json', infoFile];
}

/** Ways of transfer that yt-dlp does itself, through the proxy; RTMP and its like would pass by the guard. */
const OWN_PROTOCOLS = "[protocol~='^(https?|m3u8_native|http_dash_segments)$']";

export function audioArguments(infoFile: string, limit: number, settings: YtdlpSettings): string[] {
  return [
    ...commonArguments(settings),
    ...['-f', `ba${OWN_PROTOCOLS}/b${OWN_PROTOCOLS}`, '--max-filesize', String(limit)],
    ...['--fixup', 'never', '--no-part', '-o', 'audio.%(ext)s'],
    ...['--newline', '--progress', '--progress-template', `download:${PROGRESS_TEMPLATE}`],
    ...['--load-info-json', infoFile],
  ];
}

function commonArguments(settings: YtdlpSettings): string[] {
  return [
    '--ignore-config',
    ...splitArguments(settings.extraArguments ?? ''),
    ...(knowsJsRuntimes(settings.version) ? ['--js-runtimes', `bun:${settings.bun}`] : []),
    ...(settings.cookies ? ['--cookies', settings.cookies] : []),
    ...['--socket-timeout', '30', '--retries', '3', '--no-mtime', '--no-cache-dir', '-P', settings.workDir],
    // It is given no ffmpeg, which would open addresses by itself.
    ...['--ffmpeg-location', `${settings.workDir}/none`],
    // Last, so that nothing of the operator's leads round the guard.
    ...['--proxy', settings.proxyUrl],
  ];
}

/** Words of a command line; quotes hold a word together. */
export function splitArguments(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );
}

/** yt-dlp 2025.11.12 made JavaScript runtimes a setting (its release notes). */
export function knowsJsRuntimes(version: string | null): boolean {
  return version !== null && version >= '2025.11';
}

/** What a site says of a video. */
export interface OnlineVideo {
  title: string | null;
  channel: string | null;
  /** Seconds. */
  duration: number | null;
  /** BCP 47. */
  language: string | null;
  thumbnail: string | null;
  chapters: Chapter[];
  captions: OnlineCaptions[];
}

export interface OnlineCaptions {
  /** What yt-dlp calls it: `es`, `en-orig`. */
  key: string;
  language: string | null;
  kind: 'authored' | 'automatic';
}

/**
 * Reads what `describeArguments` makes yt-dlp print.
 * @throws {DestilaError} `live_stream`; `not_a_video` for a playlist; `ytdlp_failed` for what cannot be read
 */
export function parseDescription(stdout: string): OnlineVideo {
  const [line, ...more] = stdout.split('\n').filter((text) => text.startsWith('{'));
  if (more.length > 0) throw new DestilaError('not_a_video', { detail: 'a playlist' });
  const info = infoSchema.safeParse(parseJson(line ?? ''));
  if (!info.success) throw new DestilaError('ytdlp_failed', { detail: 'unreadable description', cause: info.error });
  const { data } = info;
  if (data.is_live || data.live_status === 'is_live' || data.live_status === 'is_upcoming') {
    throw new DestilaError('live_stream');
  }
  return {
    title: data.title ?? null,
    channel: data.channel ?? data.uploader ?? null,
    duration: data.duration ?? null,
    language: languageTag(data.language),
    thumbnail: data.thumbnail ?? null,
    chapters: (data.chapters ?? []).map(({ title, start_time, end_time }) => ({
      title,
      start: start_time,
      end: end_time,
    })),
    captions: [...tracks(data.subtitles, 'authored'), ...tracks(data.automatic_captions, 'automatic')],
  };
}

const tracksSchema = z.record(z.string(), z.array(z.object({ ext: z.string().optional() }))).nullish();
const infoSchema = z.object({
  title: z.string().nullish(),
  channel: z.string().nullish(),
  uploader: z.string().nullish(),
  duration: z.number().nonnegative().nullish(),
  language: z.string().nullish(),
  thumbnail: z.string().nullish(),
  is_live: z.boolean().nullish(),
  live_status: z.string().nullish(),
  chapters: z
    .array(z.object({ title: z.string(), start_time: z.number().nonnegative(), end_time: z.number().nonnegative() }))
    .nullish(),
  subtitles: tracksSchema,
  automatic_captions: tracksSchema,
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function tracks(found: z.infer<typeof tracksSchema>, kind: OnlineCaptions['kind']): OnlineCaptions[] {
  return Object.entries(found ?? {})
    .filter(([key, formats]) => /^[\w-]+$/.test(key) && formats.some(({ ext }) => ext === 'vtt' || ext === 'srt'))
    .map(([key]) => ({ key, kind, language: languageTag(key.replace(/-orig$/, '')) }));
}

/**
 * Captions somebody wrote, in the wanted language, else the video's, else any; then those the site recognised from the
 * speech. Automatic ones in another language are translations of those, and never taken.
 */
export function chooseCaptions(video: OnlineVideo, wanted: string | null): OnlineCaptions | null {
  const authored = video.captions.filter(({ kind }) => kind === 'authored');
  if (authored.length > 0) return bestTrack(authored, [wanted, video.language]);
  const automatic = video.captions.filter(({ kind }) => kind === 'automatic');
  const original = automatic.find(({ key }) => key.endsWith('-orig'));
  if (original || automatic.length === 1) return original ?? automatic[0] ?? null;
  return automatic.find(({ key }) => languageTag(key) === video.language) ?? null;
}

const PROGRESS_TEMPLATE =
  'bytes %(progress.downloaded_bytes)s of %(progress.total_bytes)s or %(progress.total_bytes_estimate)s';

/** A line of `PROGRESS_TEMPLATE`; yt-dlp writes NA for what it does not know. */
export function parseProgress(line: string): { bytes: number; total: number | null } | null {
  const match = line.match(/^bytes (\d+) of (\S+) or (\S+)/);
  if (!match) return null;
  const [bytes = 0, ...totals] = match.slice(1).map(Number.parseFloat);
  return { bytes, total: totals.find((total) => total > 0) ?? null };
}

/** yt-dlp has no exit codes to tell failures apart, only sentences: those of its extractors, the commonest first. */
const FAILURES: [RegExp, ErrorCode][] = [
  [/No space left on device/i, 'disk_full'],
  [/Unsupported URL|no video (formats|could be)|There('s| is) no video|not a (valid|video) URL/i, 'not_a_video'],
  [/HTTP Error 429|Too Many Requests/i, 'rate_limited'],
  [/live event will begin|Premieres in|is live|live stream recording is not available/i, 'live_stream'],
  [
    /Private video|sign in|log ?in|members-only|join this channel|confirm you.re not a bot|age-restricted/i,
    'source_forbidden',
  ],
  [/HTTP Error 40[13]|not (made .*)?available in your (country|location)|geo.?restrict|DRM/i, 'source_forbidden'],
  [/HTTP Error (404|410)|Video unavailable|has been removed|no longer available|does not exist/i, 'source_not_found'],
  [/HTTP Error 5\d\d/i, 'source_unavailable'],
  [
    /timed? ?out|Unable to connect|getaddrinfo|Name or service|Connection (refused|reset|aborted)|Tunnel connection/i,
    'network',
  ],
];

/** What the errors on yt-dlp's standard error mean; `ytdlp_failed` for a sentence we do not know. */
export function classifyFailure(stderr: string): DestilaError {
  const errors = stderr.split('\n').filter((line) => line.startsWith('ERROR'));
  const detail = (errors.length > 0 ? errors : [stderr.trim()]).join('\n').slice(0, 2000);
  const known = FAILURES.find(([pattern]) => pattern.test(detail));
  return new DestilaError(known?.[1] ?? 'ytdlp_failed', { detail });
}
