import { expect, test } from 'bun:test';
import type { Segment } from '@destila/contracts';
import fc from 'fast-check';
import { chunkJob } from './chunk.ts';

function segmentsOf(texts: readonly string[], seconds = 5): Segment[] {
  return texts.map((text, id) => ({ id, start: id * seconds, end: (id + 1) * seconds, text }));
}

function chunk(job: Partial<Parameters<typeof chunkJob>[0]>) {
  const languages = { spoken: 'es', written: 'es' };
  return chunkJob({ title: null, channel: null, segments: [], chapters: [], summary: '', languages, ...job });
}

const SENTENCE = 'La masa madre necesita harina, agua y paciencia durante unos días. ';

test('a transcript becomes passages of some hundred characters that end with a sentence', () => {
  // Captions cut sentences anywhere.
  const texts = SENTENCE.repeat(60).match(/.{1,40} /g) ?? [];
  const chunks = chunk({ segments: segmentsOf(texts) });
  expect(chunks.length).toBeGreaterThan(3);
  for (const { text } of chunks.slice(0, -1)) {
    expect(text.length).toBeWithin(800, 1201);
    expect(text).toEndWith('días.');
  }
});

test('a passage begins at its first segment and knows when it ends', () => {
  const [first, second] = chunk({
    segments: segmentsOf(
      Array.from({ length: 40 }, () => SENTENCE),
      10,
    ),
  });
  expect(first).toMatchObject({ position: 0, startSeconds: 0, endSeconds: 120 });
  expect(second).toMatchObject({ position: 1, startSeconds: 120 });
});

test('no passage reaches over a chapter, and each knows the chapter it is in', () => {
  const chunks = chunk({
    segments: segmentsOf(['Antes.', 'Uno.', 'Uno más.', 'Dos.']),
    chapters: [
      { title: 'Segundo', start: 15, end: 20 },
      { title: 'Primero', start: 5, end: 15 },
    ],
  });
  expect(chunks.map(({ heading, text, startSeconds }) => [heading, text, startSeconds])).toEqual([
    [null, 'Antes.', 0],
    ['Primero', 'Uno. Uno más.', 5],
    ['Segundo', 'Dos.', 15],
  ]);
});

test('a long silence ends a passage, so that what is said behind it keeps its second', () => {
  const segments = [
    { id: 0, start: 0, end: 4, text: 'Primero se amasa.' },
    { id: 1, start: 10, end: 14, text: 'Y ahora se espera.' },
    { id: 2, start: 610, end: 614, text: 'La masa ha subido.' },
  ];
  expect(chunk({ segments }).map(({ text, startSeconds, endSeconds }) => [text, startSeconds, endSeconds])).toEqual([
    ['Primero se amasa. Y ahora se espera.', 0, 14],
    ['La masa ha subido.', 610, 614],
  ]);
});

test('an hour of speech in one segment is still cut, each part at about its own second', () => {
  const chunks = chunk({ segments: [{ id: 0, start: 0, end: 3600, text: SENTENCE.repeat(100) }] });
  expect(chunks.length).toBeGreaterThan(5);
  expect(chunks.at(-1)?.startSeconds).toBeWithin(3000, 3600);
});

test('a language without spaces is cut too, between characters', () => {
  const chunks = chunk({ segments: segmentsOf([`x${'🍞'.repeat(1500)}`]) });
  expect(chunks).toHaveLength(3);
  for (const { text } of chunks) expect(text.isWellFormed()).toBe(true);
});

test('not a word of a transcript is lost, doubled or moved, and no passage is too long', () => {
  const word = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('fin.', '¿Qué?', 'Dr.', '\n'));
  const text = fc.oneof(
    fc.array(word, { maxLength: 60 }).map((words) => words.join(' ')),
    fc.string({ unit: 'grapheme', minLength: 1000, maxLength: 3000, size: 'max' }),
  );
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 12, size: 'max' }),
      fc.array(fc.nat(150), { maxLength: 4 }),
      (texts, starts) => {
        const chapters = starts.map((start) => ({ title: `c${start}`, start, end: start }));
        const chunks = chunk({ segments: segmentsOf(texts), chapters });
        expect(withoutBlanks(chunks.map((one) => one.text))).toBe(withoutBlanks(texts));
        for (const [index, one] of chunks.entries()) {
          expect(one.position).toBe(index);
          expect(one.text.length).toBeWithin(1, 1201);
          expect(one.endSeconds ?? 0).toBeGreaterThanOrEqual(one.startSeconds ?? 0);
        }
      },
    ),
    // Making a failing text of some thousand characters smaller would take longer than reading it.
    { numRuns: 60, endOnFailure: true },
  );
});

test('what only looks like the end of a sentence stays whole, and so does a line with HTML in it', () => {
  const text = 'Con .NET se lee https://example.com/a-b?c=d sin más. Y ya.';
  expect(chunk({ segments: segmentsOf([text, 'Fin.']) })[0]?.text).toBe(`${text} Fin.`);
  const [passage] = chunk({ summary: 'Pulsa <kbd>Ctrl</kbd> en el `teclado`.' });
  expect(passage?.text.split('\n')).toHaveLength(1);
});

test('the same job gives the same chunks, and another text another hash', () => {
  const job = { segments: segmentsOf(['Uno.', 'Dos.']), summary: '## A\n\nTexto\n' };
  expect(chunk(job)).toEqual(chunk(job));
  expect(chunk({ segments: segmentsOf(['Uno!']) })[0]?.hash).not.toBe(
    chunk({ segments: segmentsOf(['Uno.']) })[0]?.hash,
  );
});

test('a summary becomes its sections as plain text, from the first moment that each links to', () => {
  const summary = [
    'Introducción con **énfasis**.',
    '## Ingredientes',
    'Hacen falta [pan](https://example.org) y:',
    '- harina ([1:02:03](https://example.org/v?t=3723s))\n- agua\n  - tibia ([12:34](https://example.org/v#t=754))',
    '## Tabla\n\n| A | B |\n| - | - |\n| 1 | 2 |',
    '## Vacía',
    '## Código\n\n```js\nlet a;\n```',
  ].join('\n\n');
  expect(chunk({ summary }).map(({ heading, text, startSeconds }) => [heading, text, startSeconds])).toEqual([
    [null, 'Introducción con énfasis.', null],
    ['Ingredientes', 'Hacen falta pan y:\nharina (1:02:03)\nagua\ntibia (12:34)', 3723],
    ['Tabla', 'A | B\n1 | 2', null],
    [null, 'Vacía', null],
    ['Código', 'let a;', null],
  ]);
});

test('what a summary says of itself is not looked for, and its tags belong to no moment', () => {
  const summary = [
    '> **Extracto automático.** Lo que sigue son frases literales del vídeo.',
    '> **Notice.** This summary says nothing of [1:00](/jobs/x?t=60).',
    '> Una cita con **énfasis**.',
    '### [1:05](/jobs/x?t=65) Mareas vivas\n\n- Las más altas.',
    '**Etiquetas:** luna, mareas',
  ].join('\n\n');
  expect(chunk({ summary }).map(({ heading, text, startSeconds }) => [heading, text, startSeconds])).toEqual([
    [null, 'Una cita con énfasis.', null],
    ['Mareas vivas', 'Las más altas.', 65],
    [null, 'Etiquetas: luna, mareas', null],
  ]);
});

test('a heading with nothing below it is a passage, unless every summary has it', () => {
  const summary = '## Capítulos\n\n### [1:05](/jobs/x?t=65) Mareas vivas\n\n### [2:00](/jobs/x?t=120)\n';
  expect(chunk({ summary }).map(({ heading, text, startSeconds }) => [heading, text, startSeconds])).toEqual([
    [null, 'Mareas vivas', 65],
  ]);
});

test('a long section is cut between its lines or sentences', () => {
  const summary = `## Larga\n\n${SENTENCE.repeat(40)}\n\n${Array.from({ length: 50 }, () => `- ${SENTENCE}`).join('\n')}`;
  const chunks = chunk({ summary });
  expect(chunks.length).toBeGreaterThan(4);
  for (const { text, heading } of chunks) {
    expect(heading).toBe('Larga');
    expect(text.length).toBeLessThanOrEqual(1200);
    expect(text).toEndWith('días.');
  }
});

function withoutBlanks(texts: readonly string[]): string {
  return texts.join('').replaceAll(/\s/g, '');
}

test('a section whose heading is a moment begins there, and is called by the words behind it', () => {
  const summary = '### [1:05](/jobs/x?t=65) Mareas vivas\n\n- Las más altas.\n';
  expect(chunk({ summary }).map(({ heading, text, startSeconds }) => [heading, text, startSeconds])).toEqual([
    ['Mareas vivas', 'Las más altas.', 65],
  ]);
});
