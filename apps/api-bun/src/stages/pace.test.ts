import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { startPace } from './pace.ts';

/** A pace with a clock that moves when it is told to. */
function paceWithClock() {
  let milliseconds = 5_000;
  const pace = startPace('seconds', () => milliseconds);
  return {
    pace,
    after(seconds: number, done: number, total: number | null = 1000) {
      milliseconds += seconds * 1000;
      return pace(done, total).eta_seconds;
    },
  };
}

describe('the time that is left', () => {
  test('is not told in the first seconds, nor before anything is done, nor without a total', () => {
    const { after } = paceWithClock();
    expect(after(0, 0)).toBeNull();
    expect(after(1, 10)).toBeNull();
    expect(after(1, 20)).toBeNull();
    expect(after(2, 40)).toBeCloseTo(96, 5);
    expect(after(1, 50, null)).toBeNull();
    const idle = paceWithClock();
    expect(idle.after(0, 0)).toBeNull();
    expect(idle.after(60, 0)).toBeNull();
  });

  test('is exact at a steady pace', () => {
    const { after } = paceWithClock();
    after(0, 0);
    for (let done = 5; done <= 1000; done += 5) {
      const eta = after(1, done);
      if (eta !== null) expect(eta).toBeCloseTo((1000 - done) / 5, 5);
    }
  });

  test('does not take for pace what an earlier run had done', () => {
    const { after } = paceWithClock();
    after(0, 800);
    expect(after(10, 810)).toBeCloseTo(190, 5);
  });

  test('follows when the pace changes for good', () => {
    const { after } = paceWithClock();
    after(0, 0);
    for (let second = 1; second <= 20; second++) after(1, second * 10);
    let eta: number | null = null;
    for (let second = 1; second <= 60; second++) eta = after(1, 200 + second);
    expect(eta).toBeGreaterThan(500);
    expect(eta).toBeLessThan(740 * 1.1);
  });

  test('counts down through noise and never rises for a little', () => {
    const { after } = paceWithClock();
    after(0, 0);
    let [done, last] = [0, Number.POSITIVE_INFINITY];
    for (let second = 1; done < 950; second++) {
      done += second % 2 ? 4 : 6;
      const eta = after(1, done) ?? last;
      expect(eta).toBeLessThanOrEqual(last);
      last = eta;
    }
    expect(last).toBeLessThan(20);
  });

  test('starts anew when the work does', () => {
    const { after } = paceWithClock();
    after(0, 0);
    after(10, 900);
    expect(after(1, 0)).toBeNull();
    expect(after(10, 100)).toBeCloseTo(90, 5);
  });

  test('is never negative, and the whole never less than what is done, whatever is reported', () => {
    const report = fc.record({
      seconds: fc.double({ min: 0, max: 600, noNaN: true }),
      done: fc.double({ min: 0, max: 2000, noNaN: true }),
      total: fc.option(fc.double({ min: 0, max: 1500, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(report, { maxLength: 40 }), (reports) => {
        let milliseconds = 0;
        const pace = startPace('bytes', () => milliseconds);
        for (const { seconds, done, total } of reports) {
          milliseconds += seconds * 1000;
          const detail = pace(done, total);
          if (detail.total !== null) expect(detail.total).toBeGreaterThanOrEqual(detail.done);
          if (detail.eta_seconds === null) continue;
          expect(detail.eta_seconds).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(detail.eta_seconds)).toBe(true);
        }
      }),
    );
  });
});
