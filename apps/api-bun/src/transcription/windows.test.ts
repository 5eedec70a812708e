import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { gapsBetween, leaveCutOff, liesInSilence, planWindows, type Recording, type Stretch } from './windows.ts';

/** Any recording: speech and pauses by turns, of any lengths, from fractions of a second to minutes; some pauses are silent. */
const recordings: fc.Arbitrary<Recording> = fc
  .record({
    beginsSilent: fc.boolean(),
    noise: fc.integer({ min: 1, max: 4 }),
    lengths: fc.array(
      fc.oneof(fc.double({ min: 0.1, max: 5, noNaN: true }), fc.double({ min: 5, max: 900, noNaN: true })),
      {
        minLength: 1,
        maxLength: 60,
      },
    ),
  })
  .map(({ beginsSilent, noise, lengths }) => {
    const pauses: Stretch[] = [];
    let duration = 0;
    for (const [index, length] of lengths.entries()) {
      const end = duration + length;
      if ((index % 2 === 0) === beginsSilent) pauses.push({ start: duration, end });
      duration = end;
    }
    return { duration, pauses, silences: pauses.filter((_, index) => index % noise === 0) };
  });
const limits = fc.double({ min: 10, max: 900, noNaN: true });
const NEARLY = 1e-6;

function property(holds: (recording: Recording, longest: number) => void): void {
  fc.assert(fc.property(recordings, limits, holds), { numRuns: 500 });
}

describe('the plan of any recording', () => {
  test('no window is longer than the recogniser takes, also when it hears the end of the one before again', () => {
    property((recording, longest) => {
      let hearAgain = 0;
      for (const { start, end, cutsSpeech } of planWindows(recording, longest)) {
        expect(end).toBeGreaterThan(start);
        expect(end - start + hearAgain).toBeLessThanOrEqual(longest + NEARLY);
        hearAgain = cutsSpeech ? Math.min(30, longest / 5) : 0;
      }
    });
  });

  test('windows follow each other without overlap, inside the recording', () => {
    property((recording, longest) => {
      const windows = planWindows(recording, longest);
      expect(windows[0]?.start ?? 0).toBeGreaterThanOrEqual(0);
      expect(windows.at(-1)?.end ?? 0).toBeLessThanOrEqual(recording.duration);
      for (const [index, { start }] of windows.entries()) {
        expect(start).toBeGreaterThanOrEqual(windows[index - 1]?.end ?? 0);
      }
    });
  });

  test('all speech is heard: what lies between windows is silence', () => {
    property((recording, longest) => {
      const windows = planWindows(recording, longest);
      const gaps = gapsBetween(windows, recording.duration, NEARLY);
      for (const gap of gaps) expect(liesInSilence(gap, recording.silences)).toBe(true);
    });
  });

  test('a window ends in a pause unless there is none to end in', () => {
    property((recording, longest) => {
      for (const { start, end, cutsSpeech } of planWindows(recording, longest)) {
        if (end === recording.duration) continue;
        const inPause = recording.pauses.some((pause) => pause.start <= end && end <= pause.end);
        expect(inPause || cutsSpeech).toBe(true);
        if (!cutsSpeech) continue;
        const usable = recording.pauses.filter(
          (pause) => Math.min(pause.end, end) - Math.max(pause.start, (start + end) / 2) > 0.2 + NEARLY,
        );
        expect(usable).toEqual([]);
      }
    });
  });
});

test('a window is cut in the middle of the best pause of its second half: the last one of a second, else the longest', () => {
  const cutAt = (...pauses: Stretch[]) => planWindows({ duration: 400, pauses, silences: [] }, 300)[0]?.end;
  const early = { start: 100, end: 109 };
  expect(cutAt(early, { start: 200, end: 204 }, { start: 280, end: 281 }, { start: 290, end: 290.5 })).toBe(280.5);
  expect(cutAt(early, { start: 200, end: 200.8 }, { start: 280, end: 280.4 })).toBe(200.4);
  expect(cutAt(early)).toBe(300);
});

test('an hour of silence in the middle is not listened to; a recording of nothing has no windows', () => {
  const silences = [{ start: 60, end: 3660 }];
  expect(planWindows({ duration: 3700, pauses: silences, silences }, 300)).toEqual([
    { start: 0, end: 61, cutsSpeech: false },
    { start: 3659, end: 3700, cutsSpeech: false },
  ]);
  expect(planWindows({ duration: 600, pauses: [], silences: [{ start: 0, end: 600 }] }, 300)).toEqual([]);
});

describe('a window without a pause to end in', () => {
  const window = { start: 0, end: 300, cutsSpeech: true };
  const whole = { start: 260, end: 284 };
  const cutOff = { start: 285, end: 300 };

  test('leaves its last segment, which is cut off, to the next window', () => {
    expect(leaveCutOff([whole, cutOff], window, 300)).toEqual({ segments: [whole], hearAgainFrom: 285 });
  });

  test('keeps everything when its last segment began too long ago, or when it ends in a pause after all', () => {
    const long = { start: 100, end: 300 };
    expect(leaveCutOff([long], window, 300)).toEqual({ segments: [long], hearAgainFrom: 300 });
    expect(leaveCutOff([cutOff], { ...window, cutsSpeech: false }, 300)).toEqual({
      segments: [cutOff],
      hearAgainFrom: 300,
    });
    expect(leaveCutOff([], window, 300)).toEqual({ segments: [], hearAgainFrom: 300 });
  });
});
