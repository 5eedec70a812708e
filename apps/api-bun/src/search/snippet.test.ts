import { expect, test } from 'bun:test';
import { SNIPPET_MARK } from '@destila/contracts';
import { makeSnippet } from './snippet.ts';

const mark = (text: string) => text.replaceAll('[', SNIPPET_MARK.open).replaceAll(']', SNIPPET_MARK.close);
const filler = 'Aquí se habla de otra cosa que no tiene nada que ver con la pregunta. '.repeat(6);

test('the sentence with most of the words comes first, and where in the passage it stands is known', () => {
  const { text, at } = makeSnippet(mark(`${filler}Una [marea]. ${filler}La [marea] sube con la [Luna].`), 'marea luna');
  expect(text).toBe(mark('… La [marea] sube con la [Luna].'));
  expect(at).toBeGreaterThan(0.9);
});

test('the same word twice is no better than two words', () => {
  const { text } = makeSnippet(mark(`[Marea], [marea] y [marea]. ${filler}La [Luna] y la [marea].`), 'marea luna');
  expect(text).toStartWith(mark('… La [Luna]'));
});

test('without a marked word, the sentence most like the question is shown', () => {
  const { text } = makeSnippet(`${filler}Los precios suben demasiado.`, 'subida de precios');
  expect(text).toBe('… Los precios suben demasiado.');
});

test('a word that is marked for two reasons is marked once', () => {
  expect(makeSnippet(mark('La [[marea]] sube.'), 'mareas').text).toBe(mark('La [marea] sube.'));
});

test('a short sentence is followed by the next ones, and what is left out is shown as such', () => {
  const { text, at } = makeSnippet(mark(`[Marea]. Sube y baja. ${filler}`), 'marea');
  expect(text).toStartWith(mark('[Marea]. Sube y baja. Aquí'));
  expect(text).toEndWith(' …');
  expect(at).toBe(0);
});

test('an endless sentence is cut, and marks do not count for its length', () => {
  const { text } = makeSnippet('palabra '.repeat(500), 'palabra');
  expect(text.length).toBeLessThan(700);
});

test('a note says at which moment: at the beginning of the line or in brackets, else what was named before it', () => {
  const momentOf = (passage: string) => makeSnippet(mark(passage), 'marea').moment;
  expect(momentOf('0:18 La Luna atrae.\n1:02:54 Llega la [marea].\n1:20 La Tierra frena.')).toBe(3774);
  expect(momentOf('La Luna atrae. (0:18)\nLlega la [marea]. Y se va. (0:54)\nLa Tierra frena. (1:20)')).toBe(54);
  expect(momentOf('0:18 La Luna atrae.\nLlega la [marea] a las 12:30.')).toBe(18);
  expect(momentOf('La [marea] llega a las 12:30.')).toBeNull();
});
