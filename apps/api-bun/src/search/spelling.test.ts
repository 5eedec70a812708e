import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { editDistance, meantWords } from './spelling.ts';

test('one letter wrong, missing, too many or exchanged is forgiven, in longer words two', () => {
  expect(meantWords('maraes', ['mareas', 'mares', 'moras'])).toEqual(['mareas', 'mares']);
  expect(meantWords('fotosintsis', ['fotosintesis', 'sintesis'])).toEqual(['fotosintesis']);
  expect(meantWords('inflacción', ['inflacion'])).toEqual(['inflacion']);
  expect(meantWords('pan', ['pen', 'van'])).toEqual([]);
  expect(meantWords('barco', ['marca'])).toEqual([]);
});

test('only the nearest are meant', () => {
  expect(meantWords('levadurra', ['levadura', 'levaduras'])).toEqual(['levadura']);
});

test('a distance is the same both ways, zero for the same word alone, and at most the longer one’s length', () => {
  const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c', 'ñ') });
  fc.assert(
    fc.property(word, word, (one, other) => {
      const distance = editDistance(one, other);
      expect(distance).toBe(editDistance(other, one));
      expect(distance === 0).toBe(one === other);
      expect(distance).toBeLessThanOrEqual(Math.max(one.length, other.length));
    }),
  );
});
