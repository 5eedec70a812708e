import { z } from 'zod';

/** A part of a recording, in seconds from its beginning. */
export const stretchSchema = z.object({ start: z.number().nonnegative(), end: z.number().nonnegative() });
export type Stretch = z.infer<typeof stretchSchema>;

/** What a recogniser is given at once. */
export const plannedWindowSchema = stretchSchema.extend({
  /** It ends in the middle of speech, for want of a pause. */
  cutsSpeech: z.boolean(),
});
export type PlannedWindow = z.infer<typeof plannedWindowSchema>;

export interface Recording {
  /** Seconds. */
  duration: number;
  /** Where a voice rests: good to cut in. Sorted, apart from each other; so are silences. */
  pauses: readonly Stretch[];
  /** Where nothing is to be heard. */
  silences: readonly Stretch[];
}

/** Seconds of silence that are not worth hearing; shorter ones belong to the speech around them. */
const LONG_SILENCE = 30;
/** Seconds of such a silence that are heard all the same, since a voice fades in and out. */
const MARGIN = 1;
/** Seconds of pause to cut in: at the least, and beyond which longer is no better. */
const PAUSE = { least: 0.2, enough: 1 };
/** Where a window may end, as a share of the longest one. */
const EARLIEST_CUT = 0.5;

/**
 * Cuts a recording into windows of `longest` seconds at most, in the middle of the best pause of a window's second half.
 * They cover everything but long silences and do not overlap. The same recording gives the same windows.
 */
export function planWindows({ duration, pauses, silences }: Recording, longest: number): PlannedWindow[] {
  return soundingStretches(duration, silences).flatMap((stretch) => cutUp(stretch, pauses, longest));
}

function soundingStretches(duration: number, silences: readonly Stretch[]): Stretch[] {
  const stretches: Stretch[] = [];
  let start = 0;
  for (const silence of silences) {
    if (silence.end - silence.start < LONG_SILENCE) continue;
    if (silence.start > 0) stretches.push({ start, end: silence.start + MARGIN });
    start = silence.end < duration ? silence.end - MARGIN : duration;
  }
  return start < duration ? [...stretches, { start, end: duration }] : stretches;
}

function cutUp(stretch: Stretch, pauses: readonly Stretch[], longest: number): PlannedWindow[] {
  const windows: PlannedWindow[] = [];
  let { start } = stretch;
  let limit = longest;
  while (stretch.end - start > limit) {
    const pause = bestPause(pauses, { start: start + limit * EARLIEST_CUT, end: start + limit });
    const end = pause ? (pause.start + pause.end) / 2 : start + limit;
    windows.push({ start, end, cutsSpeech: !pause });
    start = end;
    limit = pause ? longest : longest - longestCarry(longest);
  }
  return [...windows, { start, end: stretch.end, cutsSpeech: false }];
}

/** Of pauses as good as each other the last, so that windows are long. */
function bestPause(pauses: readonly Stretch[], within: Stretch): Stretch | null {
  let best: Stretch | null = null;
  for (const { start, end } of pauses) {
    const pause = { start: Math.max(start, within.start), end: Math.min(end, within.end) };
    if (worth(pause) >= (best ? worth(best) : PAUSE.least)) best = pause;
  }
  return best;
}

/** To a tenth of a second: that exact is no pause. */
function worth({ start, end }: Stretch): number {
  return Math.min(PAUSE.enough, Math.round((end - start) * 10) / 10);
}

/** Seconds of a window that the next one may hear again. */
function longestCarry(longest: number): number {
  return Math.min(30, longest / 5);
}

/**
 * What counts of the segments heard in a window, and from which second on the next window must hear again. The last segment
 * of a window that cuts speech is cut off itself, so it is left to the next window, unless it began too long ago.
 * Segments are in order, with times from the beginning of the recording.
 */
export function leaveCutOff<Segment extends Stretch>(
  segments: Segment[],
  { start, end, cutsSpeech }: PlannedWindow,
  longest: number,
): { segments: Segment[]; hearAgainFrom: number } {
  const last = segments.at(-1);
  const leaves = cutsSpeech && last && last.start > start && last.start >= end - longestCarry(longest);
  if (!leaves || last.start >= end) return { segments, hearAgainFrom: end };
  return { segments: segments.slice(0, -1), hearAgainFrom: last.start };
}

export function liesInSilence(segment: Stretch, silences: readonly Stretch[]): boolean {
  return silences.some((silence) => silence.start <= segment.start && segment.end <= silence.end);
}

/** What is left of a recording without its speech; gaps shorter than `least` seconds are none. */
export function gapsBetween(speech: readonly Stretch[], duration: number, least: number): Stretch[] {
  const gaps: Stretch[] = [];
  let start = 0;
  for (const spoken of [...speech, { start: duration, end: duration }]) {
    if (spoken.start - start >= least) gaps.push({ start, end: spoken.start });
    start = Math.max(start, spoken.end);
  }
  return gaps;
}
