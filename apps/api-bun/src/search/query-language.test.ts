import { expect, test } from 'bun:test';
import type { Embedder } from './embedder.ts';
import { canRead } from './query-language.ts';

const model = (languages: string[] | null): Embedder => ({ name: 'm', languages, farthest: 2, embed: async () => [] });

test('a model of one language is not asked in another, nor kept from names and words of any language', () => {
  const english = model(['en']);
  for (const question of [
    'how do tides work',
    'black holes',
    'SpaceX',
    'climate change',
    'gravity',
    'tides',
    'ocean',
  ]) {
    expect(canRead(english, question), question).toBe(true);
  }
  for (const question of ['cómo funcionan las mareas', 'masa madre', 'inflación', 'pourquoi la mer monte']) {
    expect(canRead(english, question), question).toBe(false);
  }
  expect(canRead(model(null), 'cómo funcionan las mareas')).toBe(true);
});
