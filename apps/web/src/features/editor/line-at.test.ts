import { expect, test } from 'bun:test';
import { lineAt } from './line-at.ts';

const LINES = [3.2, 47.1, 48.378, 48.9, 60].map((start) => ({ start }));
const startAt = (seconds: number) => lineAt(LINES, seconds)?.start;

test('a link to the second in which a line begins shows that line, not the one before', () => {
  expect([48, 47, 3].map(startAt)).toEqual([48.378, 47.1, 3.2]);
});

test('while the video plays no line gives way to an earlier one, and a line that is pressed is the one shown', () => {
  expect([48.2, 48.378, 48.5, 48.9, 59.9, 60].map(startAt)).toEqual([48.378, 48.378, 48.378, 48.9, 48.9, 60]);
  expect(LINES.map(({ start }) => startAt(start))).toEqual(LINES.map(({ start }) => start));
});

test('before the first line none is being said', () => {
  expect(lineAt(LINES, 2.9)).toBeNull();
  expect(lineAt([], 5)).toBeNull();
});
