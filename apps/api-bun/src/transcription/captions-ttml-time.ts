import { LAST_SECOND } from './captions-cue.ts';

/** Seconds that a time expression means in its document; undefined for what is none. */
export type TtmlClock = (expression: string) => number | undefined;

/** `hh:mm:ss`, then a fraction of the second or frames. Files in the wild are careless about the number of digits. */
const CLOCK_TIME = /^(\d{1,5}):(\d{1,2}):(\d{1,2}(?:[.,]\d{1,9})?)(?::(\d{1,4}(?:\.\d{1,3})?))?$/;
const OFFSET_TIME = /^(\d{1,15}(?:\.\d{1,9})?)(h|ms|m|s|f|t)$/;

/** How the root element says that times are told (TTML2, §12.3 time expressions; §7.2 its parameters and their defaults). */
export function readClock(parameter: (name: string) => string | undefined): TtmlClock {
  const written = positive(parameter('frameRate'));
  const [over = 1, under = 1] = (parameter('frameRateMultiplier') ?? '').split(/[\s:]+/).map(positive);
  const frames = (written ?? 30) * (over / under);
  const ticks = positive(parameter('tickRate')) ?? (written === undefined ? 1 : frames);
  const unit: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1 / 1000, f: 1 / frames, t: 1 / ticks };
  return (expression) => {
    const [, count, metric = ''] = OFFSET_TIME.exec(expression.trim()) ?? [];
    if (count !== undefined) return bounded(Number(count) * (unit[metric] ?? 0));
    const [, h, m, s = '', frame = '0'] = CLOCK_TIME.exec(expression.trim()) ?? [];
    if (h === undefined) return undefined;
    return bounded(Number(h) * 3600 + Number(m) * 60 + Number(s.replace(',', '.')) + Number(frame) / frames);
  };
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return value >= 1e-3 && value <= 1e12 ? value : undefined;
}

function bounded(seconds: number): number {
  return Math.min(LAST_SECOND, seconds);
}
