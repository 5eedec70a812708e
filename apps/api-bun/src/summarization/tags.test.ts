import { expect, test } from 'bun:test';
import { normaliseTags } from './tags.ts';

test('tags are lower case, without a hash, and none is there twice', () => {
  expect(normaliseTags(['#Pan', ' pan ', 'panes', 'Masa  madre', 'masa-madre', '', '#', 'a'.repeat(61)], [])).toEqual([
    'pan',
    'masa madre',
  ]);
});

test('a tag that the person used before is written as it was then', () => {
  const known = ['Energías renovables', 'cafe', 'AI'];
  expect(normaliseTags(['energia_renovable', 'Cafés', 'ai', 'viento'], known)).toEqual([...known, 'viento']);
});

test('año is not ano, c is not c++', () => {
  expect(normaliseTags(['año', 'ano', 'c', 'c++'], [])).toEqual(['año', 'ano', 'c', 'c++']);
});

test('no more than ten are kept', () => {
  expect(
    normaliseTags(
      Array.from({ length: 30 }, (_, n) => `tag ${n}`),
      [],
    ),
  ).toHaveLength(10);
});
