import { DestilaError } from '@destila/contracts';
import { run } from './child-process.ts';
import { type ConversionOptions, reportProgress } from './ffmpeg.ts';
import type { MediaPrograms } from './media-programs.ts';
import { mediaInput, SILENCE_DEADLINE } from './probe.ts';

/** Seconds from the beginning of the sound. */
export interface Stretch {
  start: number;
  end: number;
}

export interface Pauses {
  /** Where a voice rests, however noisy the room: good to cut in, and no proof that nothing is said. */
  pauses: Stretch[];
  /** Where nothing can be heard. */
  silences: Stretch[];
}

/** Decibels below full scale that no voice is heard under, and seconds of it. */
const SILENCE = { level: -50, least: 2 };
/** Decibels of the loudest moment of a recording so quiet that its voices may be under that level; below, there are none. */
const QUIET_RECORDING = { atMost: -30, atLeast: -85 };
/** Decibels under a recording's mean that its pauses stay below (a noisy one of 1961 has them 12 below), and seconds. */
const PAUSE = { belowMean: 10, lowest: -80, least: 0.3 };

/**
 * The pauses and silences of a file's first audio stream, in order; `duration` is its length in seconds. The file is decoded
 * twice, as a stream: once for its loudness, once for the pauses by that measure.
 * @throws {DestilaError} `ffmpeg_missing`, `truncated_file`, `stage_hung`, and the signal's reason
 */
export async function findPauses(
  programs: MediaPrograms,
  file: string,
  duration: number,
  { signal, onProgress }: ConversionOptions,
): Promise<Pauses> {
  const listen = (level: number, least: number, done: number) =>
    detect(programs, file, { level, least, onProgress: (seconds) => onProgress?.(done + seconds / 2), signal });
  const first = await listen(SILENCE.level, SILENCE.least, 0);
  const second = await listen(Math.max(first.meanLevel - PAUSE.belowMean, PAUSE.lowest), PAUSE.least, duration / 2);
  const isQuiet = first.peakLevel < QUIET_RECORDING.atMost && first.peakLevel > QUIET_RECORDING.atLeast;
  return {
    pauses: within(second.stretches, duration),
    silences: isQuiet ? [] : within(first.stretches, duration),
  };
}

/** The last one may have no end; containers round. */
function within(stretches: Stretch[], duration: number): Stretch[] {
  return stretches
    .map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(end, duration) }))
    .filter(({ start, end }) => start < end);
}

interface Detection {
  stretches: Stretch[];
  /** Decibels, where full scale is 0. */
  meanLevel: number;
  peakLevel: number;
}

/** @see https://ffmpeg.org/ffmpeg-filters.html#silencedetect, whose findings are lines of the log */
async function detect(
  { ffmpeg, environment }: MediaPrograms,
  file: string,
  { level, least, signal, onProgress }: ConversionOptions & { level: number; least: number },
): Promise<Detection> {
  if (!ffmpeg) throw new DestilaError('ffmpeg_missing');
  const filters = `silencedetect=noise=${level}dB:duration=${least},volumedetect`;
  const spoken = ['-nostdin', '-hide_banner', '-nostats', '-progress', 'pipe:1'];
  const found: Detection = { stretches: [], meanLevel: 0, peakLevel: 0 };
  const { exitCode, stderr } = await run(
    ffmpeg.path,
    [...spoken, ...mediaInput(file), '-map', '0:a:0', '-af', filters, '-f', 'null', '-'],
    {
      signal,
      environment,
      silenceDeadline: SILENCE_DEADLINE,
      onLine: (line) => reportProgress(line, onProgress),
      onErrorLine: (line) => note(found, line),
    },
  );
  if (exitCode !== 0) throw new DestilaError('truncated_file', { detail: stderr });
  return found;
}

function note(found: Detection, line: string): void {
  const [, what, number] = line.match(/(silence_start|silence_end|mean_volume|max_volume): (-?[\d.]+)/) ?? [];
  const value = Number(number);
  const last = found.stretches.at(-1);
  if (what === 'mean_volume') found.meanLevel = value;
  else if (what === 'max_volume') found.peakLevel = value;
  else if (what === 'silence_start') found.stretches.push({ start: value, end: Number.POSITIVE_INFINITY });
  else if (what === 'silence_end' && last) last.end = value;
}
