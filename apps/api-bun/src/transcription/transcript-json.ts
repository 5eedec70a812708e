import { z } from 'zod';
import { spreadText, tidySegments } from './heard.ts';
import { languageOf } from './language-name.ts';
import type { Recognized } from './recognizer.ts';

export const timedTextSchema = z.object({ start: z.number(), end: z.number(), text: z.string() });

/** OpenAI's `json` and `verbose_json`, which openai-whisper writes to files too. */
export const transcriptSchema = z
  .object({
    text: z.string().nullish(),
    /** Its name in English, or its code. */
    language: z.string().nullish(),
    segments: z
      .array(timedTextSchema.extend({ no_speech_prob: z.number().nullish(), avg_logprob: z.number().nullish() }))
      .nullish(),
  })
  .refine(({ text, segments }) => typeof text === 'string' || segments, 'neither text nor segments');
export type TranscriptJson = z.infer<typeof transcriptSchema>;

/** Of a stretch of sound of that many seconds. Text without times is spread over it. */
export function readTranscript(transcript: TranscriptJson, durationSeconds: number): Recognized {
  const heard = hasTimes(transcript)
    ? { segments: tidySegments(speechOf(transcript), durationSeconds) }
    : spreadText(transcript.text ?? '', durationSeconds);
  return { ...heard, language: heard.segments.length > 0 ? languageOf(transcript.language) : null };
}

/** False for words without times. */
export function hasTimes({ text, segments }: TranscriptJson): boolean {
  return (segments?.length ?? 0) > 0 || !text?.trim();
}

function speechOf({ segments }: TranscriptJson) {
  return (segments ?? []).filter(isSpeech).map(({ start, end, text }) => ({ start, end, text }));
}

/** Whisper's own thresholds (openai/whisper, `transcribe.py`): beyond both, what it writes is made up over silence. */
function isSpeech({ no_speech_prob, avg_logprob }: NonNullable<TranscriptJson['segments']>[number]): boolean {
  return (no_speech_prob ?? 0) <= 0.6 || (avg_logprob ?? 0) >= -1;
}
