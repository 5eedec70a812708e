import { segmentSchema } from '@destila/contracts';
import { z } from 'zod';
import { type PlannedWindow, plannedWindowSchema, stretchSchema } from '../transcription/windows.ts';
import type { Parts } from './stage.ts';

/** How a job's sound is given to a recogniser. */
const planSchema = z.object({
  windows: z.array(plannedWindowSchema),
  /** Seconds of the longest window that the recogniser took when this was planned. */
  longest: z.number().positive(),
  silences: z.array(stretchSchema),
});
export type Plan = z.infer<typeof planSchema>;

/** A window that has been heard. Times are seconds from the beginning of the sound. */
const heardWindowSchema = z.object({
  start: z.number(),
  end: z.number(),
  segments: z.array(segmentSchema.omit({ id: true })),
  /** BCP 47; null when nothing was said. */
  language: z.string().nullable(),
  /** How many segments were left out, since nothing is to be heard where they were. */
  silent: z.number().int().nonnegative(),
  /** Where the next window begins. */
  hearAgainFrom: z.number().nonnegative(),
});
export type HeardWindow = z.infer<typeof heardWindowSchema>;

/** What has been planned and heard so far of one sound by one recogniser, also in earlier claims. */
export interface KeptWindows {
  readonly plan: Plan | undefined;
  keepPlan(plan: Plan): Promise<void>;
  /** The windows of the plan that are done, from the first one on. */
  done(plan: Plan): HeardWindow[];
  keep(index: number, window: HeardWindow): Promise<void>;
}

/** `whose` names the recogniser and the sound: what others left behind is not found. */
export async function readKeptWindows(parts: Parts, whose: string): Promise<KeptWindows> {
  const found = await parts.read();
  const planKey = `${whose}: plan`;
  const windowKey = (index: number) => `${whose}: window ${index}`;
  return {
    plan: planSchema.safeParse(found.get(planKey)).data,
    keepPlan: (plan) => parts.keep(planKey, plan),
    done({ windows }) {
      const heard = windows.map((window, index) => heardAs(window, found.get(windowKey(index))));
      const missing = heard.indexOf(undefined);
      return heard.slice(0, missing === -1 ? undefined : missing).filter((window) => window !== undefined);
    },
    keep: (index, window) => parts.keep(windowKey(index), window),
  };
}

function heardAs({ start, end }: PlannedWindow, part: unknown): HeardWindow | undefined {
  const window = heardWindowSchema.safeParse(part).data;
  return window?.start === start && window.end === end ? window : undefined;
}
