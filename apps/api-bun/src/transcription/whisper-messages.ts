import { z } from 'zod';

/** What the child is told when it starts, as its one argument in JSON; the audio comes on its standard input. */
export const whisperTaskSchema = z.object({
  modelPath: z.string(),
  /** Whisper's own code, or `auto`. */
  language: z.string(),
});
export type WhisperTask = z.infer<typeof whisperTaskSchema>;

/** What the child says. Times are seconds from the beginning of the audio. */
export const whisperMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('loaded') }),
  z.object({ type: z.literal('progress'), seconds: z.number().nonnegative() }),
  z.object({
    type: z.literal('segments'),
    segments: z.array(z.object({ start: z.number(), end: z.number(), text: z.string() })),
  }),
  z.object({ type: z.literal('done'), language: z.string().nullable() }),
  z.object({ type: z.literal('failed'), reason: z.string() }),
]);
export type WhisperMessage = z.infer<typeof whisperMessageSchema>;
