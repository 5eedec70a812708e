import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { nextWindow, PcmReader } from './audio-windows.ts';

async function* inPieces(bytes: Uint8Array, sizes: number[]) {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

test('every sample is looked at, however the stream is cut and however far each window moves on', async () => {
  const arbitrary = fc.record({
    bytes: fc.uint8Array({ maxLength: 400 }),
    sizes: fc.array(fc.nat(40), { maxLength: 20 }),
    window: fc.integer({ min: 1, max: 50 }).map((samples) => samples * 2),
  });
  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ bytes, sizes, window }) => {
      const reader = new PcmReader(inPieces(bytes, sizes));
      const seen: number[] = [];
      for (;;) {
        const pcm = await reader.peek(window);
        if (pcm.byteLength === 0) break;
        expect(pcm.byteLength).toBeLessThanOrEqual(window);
        const advance = reader.ended ? pcm.byteLength : Math.max(2, window / 2);
        seen.push(...pcm.subarray(0, advance - (advance % 2)));
        reader.consume(advance);
      }
      expect(seen).toEqual([...bytes.subarray(0, bytes.length - (bytes.length % 2))]);
    }),
    { numRuns: 300 },
  );
});

test('the segment that a window cuts off is heard again, whole, in the next one', () => {
  const segments = [
    { start: 0, end: 280 },
    { start: 285, end: 300 },
  ];
  expect(nextWindow(segments, 300, false)).toEqual({ segments: segments.slice(0, 1), advance: 285 });
});

test('nothing is dropped at the end of the audio, in silence, or when one segment fills the window', () => {
  const late = [{ start: 290, end: 300 }];
  expect(nextWindow(late, 300, true)).toEqual({ segments: late, advance: 300 });
  expect(nextWindow([], 300, false)).toEqual({ segments: [], advance: 300 });
  const long = [{ start: 10, end: 300 }];
  expect(nextWindow(long, 300, false)).toEqual({ segments: long, advance: 300 });
});
