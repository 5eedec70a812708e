import { expect, test } from 'bun:test';
import type { Segment } from '@destila/contracts';
import { lexiconOf } from './lexicon/lexicon.ts';
import { splitSentences } from './sentences.ts';

function segments(...texts: Array<[start: number, end: number, text: string, speaker?: string]>): Segment[] {
  return texts.map(([start, end, text, speaker], id) => ({ id, start, end, text, ...(speaker ? { speaker } : {}) }));
}

function split(language: string, ...texts: Parameters<typeof segments>) {
  return splitSentences(segments(...texts), language, lexiconOf(language));
}

test('a sentence over several captions has the time of its first word and of its last', () => {
  const sentences = split('en', [0, 10, 'One two. Three'], [10, 20, 'four five. Six']);
  expect(sentences.map(({ text }) => text)).toEqual(['One two.', 'Three four five.', 'Six']);
  const [, second] = sentences;
  expect(second?.start).toBeCloseTo(6.4, 0);
  expect(second?.end).toBeCloseTo(17, 0);
});

test('abbreviations, initials and decimals end no sentence', () => {
  const spanish = split('es', [0, 9, 'El Dr. Ruiz nació en EE. UU. y midió 3.5 metros. Fin.']);
  expect(spanish.map(({ text }) => text)).toEqual(['El Dr. Ruiz nació en EE. UU. y midió 3.5 metros.', 'Fin.']);
  const english = split('en', [0, 9, 'John F. Kennedy met Mr. Smith. They talked.']);
  expect(english.map(({ text }) => text)).toEqual(['John F. Kennedy met Mr. Smith.', 'They talked.']);
});

test('another speaker, or a long silence, begins another sentence', () => {
  const sentences = split('en', [0, 2, 'I think that', 'Ana'], [2, 4, 'no', 'Luis'], [9, 11, 'maybe later', 'Luis']);
  expect(sentences.map(({ text }) => text)).toEqual(['I think that', 'no', 'maybe later']);
});

test('text without punctuation is cut where the speaker pauses, and else into pieces that say that they are cut', () => {
  const words = (count: number, word: string) => Array(count).fill(word).join(' ');
  const sentences = split('en', [0, 8, words(20, 'alpha')], [9, 17, words(20, 'beta')], [17, 25, words(20, 'gamma')]);
  expect(sentences[0]).toMatchObject({ text: words(20, 'alpha'), whole: true });
  expect(sentences[1]).toMatchObject({ text: words(20, 'beta'), start: 9, whole: false });
  expect(split('en', [0, 5, 'A short sentence without an end'])[0]?.whole).toBe(true);
});

test('a sentence names the captions in which it begins and ends', () => {
  const [one, two] = split('en', [0, 10, 'One two. Three'], [10, 20, 'four five. Six']);
  expect(one).toMatchObject({ first: 0, last: 0 });
  expect(two).toMatchObject({ first: 0, last: 1 });
});
