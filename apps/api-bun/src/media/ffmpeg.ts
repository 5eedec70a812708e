import { rm } from 'node:fs/promises';
import { DestilaError } from '@destila/contracts';
import { run } from './child-process.ts';
import type { MediaPrograms } from './media-programs.ts';
import { clockSeconds, mediaInput, SILENCE_DEADLINE } from './probe.ts';

export interface ConversionOptions {
  signal: AbortSignal;
  /** Seconds of the media done so far. */
  onProgress?: (seconds: number) => void;
}

/**
 * Ogg with Opus, 16 kHz mono at 32 kbit/s: what speech engines hear anyway, at 14 MB an hour. FLAC would be four times
 * that, and the sound of a whole backlog waits in the cache. Opus's least effort encodes an hour in 13 s on 2 cores,
 * its default in 60 s.
 */
export const AUDIO_EXTENSION = 'ogg';
const AUDIO_FORM = '-ac 1 -ar 16000 -c:a libopus -b:a 32k -compression_level 0 -f ogg'.split(' ');
/** Sound that begins late is preceded by silence, and gaps are filled, so that its times stay the video's. */
const KEEP_TIMES = ['-af', 'aresample=async=1:first_pts=0'];

/**
 * Writes the first audio stream of `file` to `out`, in the form that `AUDIO_EXTENSION` names.
 * @throws {DestilaError} as `convert`
 */
export async function extractAudio(programs: MediaPrograms, file: string, out: string, options: ConversionOptions) {
  await convert(programs, [...mediaInput(file), '-map', '0:a:0', ...KEEP_TIMES, ...AUDIO_FORM], out, options);
}

/** How a stretch of sound is written for those who hear words in it, all 16 kHz mono; Opus at 11 MB an hour. */
const STRETCH_FORMS = {
  pcm: '-c:a pcm_s16le -f s16le',
  wav: '-c:a pcm_s16le -f wav',
  opus: '-c:a libopus -b:a 24k -application voip -f ogg',
} as const;

/**
 * Writes the sound between two moments of `file`, in seconds, to `out`.
 * @throws {DestilaError} as `convert`
 */
export async function cutSound(
  programs: MediaPrograms,
  file: string,
  { start, end, form, out, signal }: CutOptions,
): Promise<void> {
  const stretch = ['-ss', start.toFixed(3), '-t', (end - start).toFixed(3)];
  const written = `-map 0:a:0 -ac 1 -ar 16000 ${STRETCH_FORMS[form]}`.split(' ');
  await convert(programs, [...stretch, ...mediaInput(file), ...written], out, { signal });
}

interface CutOptions {
  start: number;
  end: number;
  form: keyof typeof STRETCH_FORMS;
  out: string;
  signal: AbortSignal;
}

/**
 * The subtitle track with that stream number as WebVTT, by way of the file `out`.
 * @throws {DestilaError} as `convert`
 */
export async function extractSubtitles(
  programs: MediaPrograms,
  file: string,
  options: ConversionOptions & { index: number; out: string },
): Promise<string> {
  const { index, out } = options;
  await convert(programs, [...mediaInput(file), '-map', `0:${index}`, '-c:s', 'webvtt', '-f', 'webvtt'], out, options);
  return Bun.file(out).text();
}

/** Pixels: twice what a card shows, for dense screens. */
const THUMBNAIL_WIDTH = 640;
const THUMBNAIL_FORM = [
  ...['-map', '0:v:0', '-frames:v', '1'],
  ...['-vf', `scale='min(${THUMBNAIL_WIDTH},iw)':-2`, '-pix_fmt', 'yuvj420p'],
  ...['-c:v', 'mjpeg', '-q:v', '5', '-f', 'image2', '-update', '1'],
];

/**
 * The picture at `second` (of a video) or the cover (of a sound file) as a small JPEG, by way of the file `out`.
 * @throws {DestilaError} as `convert`
 */
export async function extractThumbnail(
  programs: MediaPrograms,
  file: string,
  options: ConversionOptions & { second: number; out: string },
): Promise<Uint8Array> {
  const seek = options.second > 0 ? ['-ss', String(options.second)] : [];
  return toJpeg(programs, [...seek, ...mediaInput(file)], options);
}

/** Demuxers of pictures, for thumbnails that sites offer. */
const PICTURE_FORMATS = 'jpeg_pipe,png_pipe,webp_pipe,gif';

/**
 * A picture file of a site as a small JPEG of our own making, by way of the file `out`.
 * @throws {DestilaError} as `convert`
 */
export async function reencodePicture(
  programs: MediaPrograms,
  file: string,
  options: ConversionOptions & { out: string },
): Promise<Uint8Array> {
  return toJpeg(programs, mediaInput(file, PICTURE_FORMATS), options);
}

/** More than 8K; a picture of a megabyte may unpack to one that takes a gigabyte. */
const MAX_PIXELS = ['-max_pixels', '50000000'];

async function toJpeg(programs: MediaPrograms, input: string[], options: ConversionOptions & { out: string }) {
  await convert(programs, [...MAX_PIXELS, ...input, ...THUMBNAIL_FORM], options.out, options);
  return Bun.file(options.out).bytes();
}

/**
 * Runs ffmpeg into the file `out`, which is gone again when it fails.
 * @throws {DestilaError} `ffmpeg_missing`, `disk_full`, `wrong_file_type`, `stage_hung`, and the signal's reason
 */
async function convert(programs: MediaPrograms, args: string[], out: string, options: ConversionOptions) {
  if (!programs.ffmpeg) throw new DestilaError('ffmpeg_missing');
  const complete = ['-nostdin', '-hide_banner', '-v', 'error', '-progress', 'pipe:1', '-y', ...args, `file:${out}`];
  try {
    const { exitCode, stderr } = await run(programs.ffmpeg.path, complete, {
      signal: options.signal,
      environment: programs.environment,
      silenceDeadline: SILENCE_DEADLINE,
      onLine: (line) => reportProgress(line, options.onProgress),
    });
    if (/No space left on device/.test(stderr)) throw new DestilaError('disk_full', { detail: stderr });
    if (exitCode !== 0) throw new DestilaError('wrong_file_type', { detail: stderr });
  } catch (error) {
    await rm(out, { force: true });
    throw error;
  }
}

/** ffmpeg says `out_time=00:01:02.345678` twice a second. */
export function reportProgress(line: string, onProgress: ConversionOptions['onProgress']) {
  const seconds = clockSeconds(line.match(/^out_time=(.+)$/)?.[1]);
  if (seconds !== undefined) onProgress?.(seconds);
}
