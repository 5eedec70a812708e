import { describe, expect, test } from 'bun:test';
import type { Segment } from '@destila/contracts';
import fc from 'fast-check';
import { parseCaptions } from './captions.ts';
import { writeSrt, writeVtt } from './captions-writing.ts';
import { spokenText } from './spoken-text.ts';

const segments: Segment[] = [
  { id: 0, start: 0.5, end: 2, text: '3 < 4 & <b>AT&amp;T</b> --> {\\an8}sí', speaker: 'Ana <María>' },
  { id: 1, start: 7_325.25, end: 7_325.25, text: 'una línea\n\n00:01 --> 00:02\nque parece otra' },
  { id: 2, start: 446_399, end: 446_401.5, text: 'Fin.' },
];

test('WebVTT escapes what would be markup, and never leaves an empty line within a cue', () => {
  expect(writeVtt(segments)).toBe(`WEBVTT

00:00:00.500 --> 00:00:02.000
<v Ana &lt;María&gt;>3 &lt; 4 &amp; &lt;b&gt;AT&amp;amp;T&lt;/b&gt; --&gt; &#123;\\an8}sí</v>

02:02:05.250 --> 02:02:05.251
una línea 00:01 --&gt; 00:02 que parece otra

123:59:59.000 --> 124:00:01.500
Fin.
`);
});

test('SubRip keeps with a word joiner what players would take for markup, and names who speaks', () => {
  expect(writeSrt(segments)).toBe(`1
00:00:00,500 --> 00:00:02,000
ANA <\u2060MARÍA>: 3 < 4 & <\u2060b>AT&\u2060amp;T<\u2060/b> --\u2060> {\u2060\\an8}sí

2
02:02:05,250 --> 02:02:05,251
una línea 00:01 --\u2060> 00:02 que parece otra

3
123:59:59,000 --> 124:00:01,500
Fin.
`);
});

describe('what is written is read again as it was', () => {
  const word = fc.constantFrom(
    ...[
      'marea',
      'Ünïcode',
      '世界',
      'مرحبا',
      '-->',
      '00:01',
      '<b>',
      '</i>',
      '<',
      '>',
      '&',
      '&amp;',
      '&lt;',
      '&#33;',
      '{\\an8}',
    ],
    ...[
      '<v Ana>',
      '</v>',
      '<00:00:01.000>',
      '12',
      'a:',
      'NOTE',
      'WEBVTT',
      '(sic)',
      '“¿Sí?”',
      '…',
      '-5',
      '- no',
      '#1',
      'C#',
      '\\N',
    ],
  );
  const line = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
  const transcript = fc
    .array(fc.tuple(fc.nat({ max: 9_000 }), fc.integer({ min: 1, max: 9_000 }), line, fc.boolean()), { maxLength: 20 })
    .map((parts) => {
      let start = 0;
      return parts.map(([pause, length, text, spoken], id) => {
        start += pause;
        const end = start + length;
        const segment = { id, start: start / 1000, end: end / 1000, text: spokenText(`Frase ${id} ${text}`) };
        start = end;
        return spoken ? { ...segment, speaker: `Ana ${id}` } : segment;
      });
    });
  const capitals = (list: Segment[]) =>
    list.map(({ speaker, ...segment }) => (speaker ? { ...segment, speaker: speaker.toUpperCase() } : segment));

  test('WebVTT', () => {
    fc.assert(fc.property(transcript, (said) => expect(parseCaptions(writeVtt(said))).toEqual(said)));
  });

  test('SubRip, with names in capitals', () => {
    fc.assert(fc.property(transcript, (said) => expect(parseCaptions(writeSrt(said))).toEqual(capitals(said))));
  });
});
