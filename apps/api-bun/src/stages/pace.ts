import type { ProgressDetail } from '@destila/contracts';

/** Seconds of work before a pace is worth telling. */
const WARM_UP = 1;

/** Turns counts of work done into progress with an ETA, from the pace since this was called. */
export function startPace(unit: ProgressDetail['unit']): (done: number, total: number | null) => ProgressDetail {
  const startedAt = performance.now();
  return (done, total) => {
    const elapsed = (performance.now() - startedAt) / 1000;
    const known = total !== null && total > 0 ? Math.max(total, done) : null;
    const tells = known !== null && done > 0 && elapsed >= WARM_UP;
    return { unit, done, total: known, eta_seconds: tells ? (elapsed / done) * (known - done) : null };
  };
}
