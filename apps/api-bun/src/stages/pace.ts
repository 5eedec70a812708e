import type { ProgressDetail } from '@destila/contracts';

/** Seconds of work before a pace is worth telling. */
const WARM_UP = 3;
/** Seconds over which a change of pace is taken in at the least, and the share of all the time so far that it takes later on. */
const MEMORY = { least: 10, share: 0.25 };
/** A longer wait than was told before is told only when it is longer by so much: less is noise. */
const NOISE = { share: 0.2, seconds: 2 };

/**
 * Turns counts of work done into progress with an ETA, by the pace of what this process does: what the first call says is
 * done was done before. `now` is a monotonic clock in milliseconds.
 */
export function startPace(unit: ProgressDetail['unit'], now: () => number = () => performance.now()) {
  let pace: Pace | undefined;
  let told: Eta | null = null;
  return (done: number, total: number | null): ProgressDetail => {
    const at = now() / 1000;
    pace = pace && done >= pace.done ? advance(pace, done, at) : begin(done, at);
    const known = total !== null && total > 0 ? Math.max(total, done) : null;
    const tells = known !== null && pace.rate > 0 && at - pace.startedAt >= WARM_UP;
    told = tells ? steady({ seconds: (known - done) / pace.rate, at }, told) : null;
    return { unit, done, total: known, eta_seconds: told?.seconds ?? null };
  };
}

interface Pace {
  startedAt: number;
  /** When `done` last grew. */
  at: number;
  done: number;
  /** Units a second. */
  rate: number;
}

interface Eta {
  seconds: number;
  /** When it was told. */
  at: number;
}

function begin(done: number, at: number): Pace {
  return { startedAt: at, at, done, rate: 0 };
}

/** An exponentially weighted mean over time, which starts as the plain mean. */
function advance(pace: Pace, done: number, at: number): Pace {
  const elapsed = at - pace.at;
  if (done === pace.done || elapsed <= 0) return pace;
  const age = at - pace.startedAt;
  const weight = Math.max(elapsed / age, 1 - Math.exp(-elapsed / memoryAt(age)));
  return { ...pace, at, done, rate: pace.rate + weight * ((done - pace.done) / elapsed - pace.rate) };
}

function memoryAt(age: number): number {
  return Math.max(MEMORY.least, age * MEMORY.share);
}

function steady(next: Eta, told: Eta | null): Eta {
  if (!told) return next;
  const expected = Math.max(0, told.seconds - (next.at - told.at));
  const isNoise = next.seconds > expected && next.seconds < expected * (1 + NOISE.share) + NOISE.seconds;
  return isNoise ? { seconds: expected, at: next.at } : next;
}
