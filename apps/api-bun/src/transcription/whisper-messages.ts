import { z } from 'zod';

/** What the child is told when it starts, as its one argument in JSON: which model, and what to hear with it. */
export const whisperTaskSchema = z.object({ modelPath: z.string(), hears: z.enum(['words', 'voices']) });
export type WhisperTask = z.infer<typeof whisperTaskSchema>;

/** What the child is asked, one at a time. */
export const whisperQuestionSchema = z.object({
  /** A file of 16 kHz mono 16-bit little-endian samples. */
  path: z.string(),
  /** Whisper's own code, or `auto`. */
  language: z.string(),
});
export type WhisperQuestion = z.infer<typeof whisperQuestionSchema>;

/** Voices have no text. Times are seconds from the beginning of the file. */
const answerSchema = z.object({
  type: z.literal('heard'),
  segments: z.array(z.object({ start: z.number(), end: z.number(), text: z.string() })),
  language: z.string().nullable(),
});
export type WhisperAnswer = Omit<z.infer<typeof answerSchema>, 'type'>;

/** What the child says. */
export const whisperMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('loaded') }),
  /** A share of the file, from 0 to 1. */
  z.object({ type: z.literal('progress'), share: z.number().min(0).max(1) }),
  answerSchema,
  z.object({ type: z.literal('failed'), reason: z.string() }),
]);
export type WhisperMessage = z.infer<typeof whisperMessageSchema>;
