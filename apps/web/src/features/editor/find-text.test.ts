import { expect, test } from 'bun:test';
import { folded, markedParts } from './find-text.ts';

test('a word is found with or without its accents and capitals, and marked as it was said', () => {
  const marked = markedParts('La Célula y otra CELULA.', folded('célula')).filter((part) => part.marked);
  expect(marked.map((part) => part.text)).toEqual(['Célula', 'CELULA']);
});

test('no letter is lost around the marks', () => {
  for (const text of ['İstanbul ñandú 👩‍🚀 fin', 'aaa', '']) {
    expect(
      markedParts(text, folded('a'))
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  }
});
