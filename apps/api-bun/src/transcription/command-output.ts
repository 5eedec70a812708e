import { DestilaError } from '@destila/contracts';
import { z } from 'zod';
import { parseCaptions } from './captions.ts';
import { spreadText, tidySegments } from './heard.ts';
import { languageOf } from './language-name.ts';
import type { Recognized } from './recognizer.ts';
import { readTranscript, timedTextSchema, transcriptSchema } from './transcript-json.ts';

/**
 * What a transcription program printed of a stretch of that many seconds: JSON as Whisper's programs write it or a plain
 * list of `{start, end, text}`; WebVTT, SubRip or Whisper's `[00:01.000 --> 00:02.000] words`; else text without times.
 * @throws {DestilaError} `transcription_failed` for JSON of another shape
 */
export function readCommandOutput(output: string, durationSeconds: number): Recognized {
  const json = parseJson(output);
  if (json !== undefined) return readJson(json, durationSeconds);
  const isTimed = /^\s*WEBVTT|-->/.test(output);
  if (!isTimed) return { ...spreadText(output, durationSeconds), language: null };
  const segments = parseCaptions(unbracketed(output)).map(({ id, ...segment }) => segment);
  return { segments: tidySegments(segments, durationSeconds), language: null };
}

/** The second that a line of timed text has come to; null for any other line. */
export function secondReached(line: string): number | null {
  const [, h = '0', m, s] = /-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,]/.exec(line) ?? [];
  return s === undefined ? null : Number(h) * 3600 + Number(m) * 60 + Number(s);
}

/** whisper.cpp's `--output-json`; offsets are milliseconds. */
const whisperCppSchema = z.object({
  result: z.object({ language: z.string().nullish() }).nullish(),
  transcription: z.array(z.object({ offsets: z.object({ from: z.number(), to: z.number() }), text: z.string() })),
});

function readJson(json: object, durationSeconds: number): Recognized {
  const whisperCpp = whisperCppSchema.safeParse(json);
  if (whisperCpp.success) {
    const { transcription, result } = whisperCpp.data;
    const timed = transcription.map(({ offsets, text }) => ({
      start: offsets.from / 1000,
      end: offsets.to / 1000,
      text,
    }));
    return { segments: tidySegments(timed, durationSeconds), language: languageOf(result?.language) };
  }
  const list = z.array(timedTextSchema).safeParse(json);
  const transcript = transcriptSchema.safeParse(list.success ? { segments: list.data } : json);
  if (transcript.success) return readTranscript(transcript.data, durationSeconds);
  throw new DestilaError('transcription_failed', { detail: 'the command prints JSON without segments or text' });
}

/** The object or list that a text is, if it is one. */
function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Each line as a cue. */
function unbracketed(output: string): string {
  return output.replace(/^\s*\[([\d:.,]+ --> [\d:.,]+)\][ \t]*(.*)$/gm, '\n$1\n$2\n');
}
