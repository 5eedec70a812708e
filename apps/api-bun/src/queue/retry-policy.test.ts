import { describe, expect, test } from 'bun:test';
import { DestilaError } from '@destila/contracts';
import { judge, MAX_ATTEMPTS } from './retry-policy.ts';

const first = { attempts: 0, snoozed_seconds: 0 };
const halfway = () => 0.5;

describe('what becomes of a job whose stage threw', () => {
  test('a permanent error fails it at once', () => {
    expect(judge(new DestilaError('no_speech'), first)).toMatchObject({ code: 'no_speech', retryInSeconds: null });
  });

  test('a transient one is tried again, each time after about twice as long', () => {
    const delays = [0, 1, 2, 3].map(
      (attempts) => judge(new DestilaError('network'), { ...first, attempts }, halfway).retryInSeconds,
    );
    expect(delays).toEqual([7.5, 15, 30, 60]);
  });

  test('jitter keeps jobs that failed together from coming back together', () => {
    const delay = (random: number) => judge(new DestilaError('network'), first, () => random).retryInSeconds;
    expect(delay(0)).toBe(5);
    expect(delay(0.999)).toBeCloseTo(10, 1);
  });

  test('the last try that fails is final', () => {
    const last = { ...first, attempts: MAX_ATTEMPTS - 1 };
    expect(judge(new DestilaError('network'), last).retryInSeconds).toBeNull();
  });

  test('a rate limit waits as long as the other side asks and costs no attempt', () => {
    const verdict = judge(new DestilaError('rate_limited', { retryAfterSeconds: 120 }), {
      ...first,
      attempts: MAX_ATTEMPTS - 1,
    });
    expect(verdict).toMatchObject({ retryInSeconds: 120, costsAttempt: false });
  });

  test('a rate limit that asks for no wait at all does not make the job spin', () => {
    const verdict = judge(new DestilaError('rate_limited', { retryAfterSeconds: 0 }), first);
    expect(verdict.retryInSeconds).toBeGreaterThanOrEqual(5);
  });

  test('a rate limit that lasts a day is a failure', () => {
    const verdict = judge(new DestilaError('rate_limited', { retryAfterSeconds: 120 }), {
      attempts: 0,
      snoozed_seconds: 86_390,
    });
    expect(verdict.retryInSeconds).toBeNull();
  });

  test('an error nobody foresaw is ours, and transient; its own words stay in the log', () => {
    expect(judge(new TypeError('x is not a function'), first, halfway)).toMatchObject({
      code: 'internal_error',
      retryInSeconds: 7.5,
    });
  });
});
