import { expect, test } from 'bun:test';
import { SNIPPET_MARK } from '@destila/contracts';
import { snippetParts } from './snippet.ts';

const marked = (word: string) => `${SNIPPET_MARK.open}${word}${SNIPPET_MARK.close}`;

test('the words that match are marked, the rest is plain text', () => {
  expect(snippetParts(`La ${marked('célula')} y el ${marked('ADN')}.`)).toMatchObject([
    { text: 'La ', marked: false },
    { text: 'célula', marked: true },
    { text: ' y el ', marked: false },
    { text: 'ADN', marked: true },
    { text: '.', marked: false },
  ]);
});

test('a snippet cut off inside a mark loses no text', () => {
  const text = snippetParts(`a ${SNIPPET_MARK.open}b`)
    .map((part) => part.text)
    .join('');
  expect(text).toBe('a b');
});
