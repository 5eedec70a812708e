import { z } from 'zod';
import { type Cue, LAST_SECOND } from './captions-cue.ts';

const milliseconds = z
  .number()
  .max(LAST_SECOND * 1000)
  .transform((value) => Math.max(0, value));
const eventSchema = z.object({
  tStartMs: milliseconds.default(0),
  dDurationMs: milliseconds.optional(),
  segs: z.array(z.object({ utf8: z.string().default(''), tOffsetMs: milliseconds.optional() })),
});
const fileSchema = z.object({ events: z.array(eventSchema.nullable().catch(null)) });

/** Reads YouTube's own captions: events with a time of their own, in automatic ones every word too. Others are passed over. */
export function readJson3(text: string): Cue[] {
  const file = fileSchema.safeParse(parseJson(text));
  return (file.data?.events ?? []).flatMap((event) => (event ? [readEvent(event)] : []));
}

function readEvent({ tStartMs, dDurationMs, segs }: z.infer<typeof eventSchema>): Cue {
  return {
    start: tStartMs / 1000,
    end: dDurationMs === undefined ? undefined : Math.min(LAST_SECOND, (tStartMs + dDurationMs) / 1000),
    pieces: segs.map(({ utf8, tOffsetMs }) => ({
      text: utf8,
      at: tOffsetMs === undefined ? undefined : (tStartMs + tOffsetMs) / 1000,
    })),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
