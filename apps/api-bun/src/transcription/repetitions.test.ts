import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { withoutRepetitions } from './repetitions.ts';

const said = (...texts: string[]) => texts.map((text, index) => ({ start: index, end: index + 1, text }));
const textsOf = (texts: string[]) => withoutRepetitions(said(...texts)).segments.map(({ text }) => text);

test('a sentence said over and over is kept once, where it began', () => {
  const segments = said(
    'Empezamos.',
    'Gracias por ver el video.',
    'Gracias por ver el video',
    '¡Gracias por ver el vídeo!',
  );
  expect(withoutRepetitions(segments).repeated).toBe(0);
  const looping = said('Empezamos.', ...Array(40).fill('Gracias por ver el video.'), 'Adiós.');
  const { segments: kept, repeated } = withoutRepetitions(looping);
  expect(kept.map(({ text }) => text)).toEqual(['Empezamos.', 'Gracias por ver el video.', 'Adiós.']);
  expect(kept.map(({ start }) => start)).toEqual([0, 1, 41]);
  expect(repeated).toBe(39);
});

test('sentences said in turn, over and over, are kept once each', () => {
  expect(textsOf(['A ver.', 'Sí.', 'Claro.', 'Sí.', 'Claro.', 'Sí.', 'Claro.', 'Bien.'])).toEqual([
    'A ver.',
    'Sí.',
    'Claro.',
    'Bien.',
  ]);
});

test('what people do repeat stays', () => {
  const human = ['No, no, no.', 'Sí.', 'Sí.', 'Muy, muy, muy bien.', 'Ja, ja, ja, ja.', 'Poco a poco, paso a paso.'];
  expect(textsOf(human)).toEqual(human);
});

test('a phrase that loops inside a segment is kept once, with what stands around it', () => {
  expect(textsOf([`Y entonces ${'vamos a ver, '.repeat(30)}que es lo que pasa.`])).toEqual([
    'Y entonces vamos a ver, que es lo que pasa.',
  ]);
  // Broken off by the end of what the engine may say at once.
  expect(textsOf([`Bueno, ${'I am going to the store. '.repeat(12)}I am going to`])).toEqual([
    'Bueno, I am going to the store.',
  ]);
  expect(textsOf(['謝謝'.repeat(40)])[0]?.length).toBeLessThan(8);
});

test('nothing is invented or reordered: what is kept is some of what was given', () => {
  const words = fc.constantFrom('sí', 'no', 'vale', 'hola');
  const texts = fc.array(
    fc.array(words, { minLength: 1, maxLength: 40 }).map((list) => list.join(' ')),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(texts, (list) => {
      const segments = said(...list);
      const { segments: kept, repeated } = withoutRepetitions(segments);
      const starts = kept.map(({ start }) => start);
      expect(starts).toEqual([...new Set(starts)].toSorted((a, b) => a - b));
      for (const { start, text } of kept) {
        expect(text).not.toBe('');
        expect(list[start]?.length).toBeGreaterThanOrEqual(text.length);
      }
      if (repeated === 0) expect(kept).toEqual(segments);
    }),
    { numRuns: 500 },
  );
});
