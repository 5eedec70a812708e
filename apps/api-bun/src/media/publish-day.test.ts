import { describe, expect, test } from 'bun:test';
import { dayIn, dayInTag, dayOfTimestamp } from './publish-day.ts';

describe('the day of publication', () => {
  test.each([
    ['20240305', '2024-03-05'],
    ['2024-03-05', '2024-03-05'],
    ['2024:03:05 10:11:12', '2024-03-05'],
    ['2024-02-29T23:59:59.000000Z', '2024-02-29'],
    ['2024', null],
    ['202403', null],
    ['2023-02-29', null],
    ['202403051', null],
    ['5 March 2024', null],
    ['', null],
    [null, null],
  ])('in %p is %p', (text, day) => expect(dayIn(text)).toBe(day));

  test('of a moment is its day in UTC', () => {
    expect(dayOfTimestamp(1_709_682_900)).toBe('2024-03-05');
    for (const none of [0, null, undefined, 1e18]) expect(dayOfTimestamp(none)).toBeNull();
  });

  test('by a file’s word is not that of a clock nobody set, of a year alone, or to come', () => {
    const now = new Date('2024-03-05T12:00:00Z');
    expect(dayInTag('2024-03-05T10:00:00Z', now)).toBe('2024-03-05');
    for (const text of ['1904-01-01T00:00:00Z', '1970-01-01', '2019-01-01', '2024-03-06', '2024']) {
      expect(dayInTag(text, now), text).toBeNull();
    }
  });
});
