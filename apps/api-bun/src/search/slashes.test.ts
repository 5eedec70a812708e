import { expect, test } from 'bun:test';
import { spacedSlashes } from './slashes.ts';

test('words with a slash between them are words of their own', () => {
  expect(spacedSlashes('La entrada/salida (y/o la E/S): pan/mar/luz.')).toBe(
    'La entrada / salida (y / o la E / S): pan / mar / luz.',
  );
});

test('addresses, paths, fractions and dates stay as they are', () => {
  const text =
    'https://example.org/pan/mar, example.org/pan, /usr/bin, src/main.ts, a/b.ts, ./pan/mar, 3/4, 12/11/2026, @pan/mar';
  expect(spacedSlashes(text)).toBe(text);
});
