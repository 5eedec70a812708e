import { describe, expect, test } from 'bun:test';
import { soundsToRemove } from './cache-limits.ts';
import type { CachedSound } from './media-cache.ts';

const DAY = 86_400_000;
const NOW = new Date('2026-01-10T00:00:00Z');
const LIMITS = { bytes: 300, days: 7 };

function sound(jobId: string, daysOld: number, bytes = 100): CachedSound {
  return { jobId, bytes, keptAt: new Date(NOW.getTime() - daysOld * DAY) };
}
const waiting = (...ids: string[]) => ids.map((id) => ({ id, held: false }));
const running = (...ids: string[]) => ids.map((id) => ({ id, held: true }));

describe('from the cache', () => {
  test('goes the sound that no job waits for', () => {
    const sounds = [sound('transcribed', 1), sound('next', 0)];
    expect(soundsToRemove(sounds, waiting('next'), LIMITS, NOW)).toEqual(['transcribed']);
  });

  test('goes what was kept too long', () => {
    const sounds = [sound('old', 7.1), sound('young', 6.9)];
    expect(soundsToRemove(sounds, waiting('old', 'young'), LIMITS, NOW)).toEqual(['old']);
  });

  test('go the oldest when there is too much, and no more of them than is needed', () => {
    const sounds = [sound('first', 4), sound('second', 3), sound('third', 2), sound('fourth', 1), sound('fifth', 0)];
    const jobs = waiting('first', 'second', 'third', 'fourth', 'fifth');
    expect(soundsToRemove(sounds, jobs, LIMITS, NOW)).toEqual(['first', 'second']);
  });

  test('what is too old makes room for what is not', () => {
    const sounds = [sound('old', 9, 1000), sound('young', 1, 300)];
    expect(soundsToRemove(sounds, waiting('old', 'young'), LIMITS, NOW)).toEqual(['old']);
  });

  test('never goes what a running job uses, however old or large', () => {
    const sounds = [sound('used', 30, 1000), sound('waiting', 1)];
    const jobs = [...running('used'), ...waiting('waiting')];
    expect(soundsToRemove(sounds, jobs, LIMITS, NOW)).toEqual(['waiting']);
  });
});
