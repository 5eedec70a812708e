import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { parseCaptions } from './captions.ts';

const spoken = (text: string) => parseCaptions(text).map((segment) => segment.text);

describe('captions become segments', () => {
  test('WebVTT: header, notes, styles, identifiers and settings are no speech', () => {
    const vtt = `\ufeffWEBVTT - A talk\r
\r
NOTE made by hand\r
\r
STYLE\r
::cue { color: red }\r
\r
first\r
00:01.000 --> 00:03.500 align:start position:0%\r
Hello <i>there</i>,\r
world\r
\r
123:00:00.000 --> 123:00:02.000\r
Late &amp; last&nbsp;&#33;\r
`;
    expect(parseCaptions(vtt)).toEqual([
      { id: 0, start: 1, end: 3.5, text: 'Hello there, world' },
      { id: 1, start: 442_800, end: 442_802, text: 'Late & last !' },
    ]);
  });

  test('SubRip: comma milliseconds, HTML and position tags, cues out of order, a missing empty line', () => {
    const srt = `2
00:00:04,000 --> 00:00:06,000
{\\an8}<font color="#fff">segunda</font>
3
00:00:07,250 --> 00:00:08,000
tercera

1
00:00:01,000 --> 00:00:02,000
primera: 3 < 4
`;
    expect(parseCaptions(srt).map(({ start, text }) => [start, text])).toEqual([
      [1, 'primera: 3 < 4'],
      [4, 'segunda'],
      [7.25, 'tercera'],
    ]);
  });

  test('a voice is the speaker, and two voices in a cue are two segments', () => {
    const vtt = 'WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud Ana María>¿Vienes?</v>\n<v Luis>Ya voy.</v>\n';
    expect(parseCaptions(vtt).map(({ speaker, text }) => ({ speaker, text }))).toEqual([
      { speaker: 'Ana María', text: '¿Vienes?' },
      { speaker: 'Luis', text: 'Ya voy.' },
    ]);
  });

  test('sounds and music marks are no words, dialogue dashes are no text', () => {
    const cue = (n: number, text: string) => `00:0${n}.000 --> 00:0${n}.900\n${text}\n\n`;
    const texts = ['[Música]', '♪♪', '(risas)', '- Hola [tose] a todos', '&gt;&gt; Thanks', 'año (1969) clave'];
    expect(spoken(`WEBVTT\n\n${texts.map((text, n) => cue(n, text)).join('')}`)).toEqual([
      'Hola a todos',
      'Thanks',
      'año (1969) clave',
    ]);
  });

  test('a cue without an end lasts until the next one, a time before the beginning is the beginning', () => {
    const srt = '-00:00:02,000 --> 00:00:01,000\nuno\n\n00:00:02,000 -->\ndos\n\n00:00:05,000 --> 00:00:03,000\ntres\n';
    expect(parseCaptions(srt).map(({ start, end }) => [start, end])).toEqual([
      [0, 1],
      [2, 5],
      [5, 9],
    ]);
  });

  test('the rolling lines of automatic captions are said once', () => {
    const vtt = `WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.070 align:start position:0%
 
hello<00:00:00.400><c> and</c><00:00:01.000><c> welcome</c>

00:00:02.070 --> 00:00:02.080 align:start position:0%
hello and welcome
 

00:00:02.080 --> 00:00:04.000 align:start position:0%
hello and welcome
to<00:00:02.500><c> the</c><00:00:03.000><c> show</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
to the show
 

00:00:04.010 --> 00:00:06.000 align:start position:0%
to the show
today
`;
    expect(spoken(vtt)).toEqual(['hello and welcome', 'to the show', 'today']);
  });

  test('a cue that grows word by word is one segment with the time of all of them', () => {
    const growing =
      '00:00.000 --> 00:01.000\nso\n\n00:01.000 --> 00:02.000\nso far\n\n00:02.000 --> 00:03.000\nso far so good\n';
    expect(parseCaptions(growing)).toEqual([{ id: 0, start: 0, end: 3, text: 'so far so good' }]);
  });

  test('words repeated after a pause were said twice', () => {
    expect(spoken('00:00.000 --> 00:01.000\nNo.\n\n00:03.000 --> 00:04.000\nNo.\n')).toEqual(['No.', 'No.']);
  });

  test('what has no cue gives nothing', () => {
    for (const text of ['', 'WEBVTT', '<html><body>404</body></html>', '1\n2\n3', '-->', '00:00 -->', '\u0000\u0001']) {
      expect(parseCaptions(text)).toEqual([]);
    }
  });
});

describe('whatever the file', () => {
  const pieces = fc.constantFrom(
    ...[
      'WEBVTT\n',
      '\n',
      '\n\n',
      '\r\n',
      ' --> ',
      '00:00:01,000',
      '99999:59:59.999',
      '00:05',
      '-00:00:01',
      '<v A>',
      '</v>',
    ],
    ...[
      'word',
      '&#0;',
      '&#1114112;',
      '&lt;',
      '<c>',
      '{\\an8}',
      '♪',
      '[Música]',
      '12',
      '\ufeff',
      '\u0000',
      '<00:01.000>',
      '\ud800',
    ],
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  );

  test('segments are numbered from 0, in order, never negative, never ending before they start, never empty', () => {
    fc.assert(
      fc.property(text, (source) => {
        let before = 0;
        for (const [index, segment] of parseCaptions(source).entries()) {
          expect(segment.id).toBe(index);
          expect(segment.start).toBeGreaterThanOrEqual(before);
          expect(segment.end).toBeGreaterThanOrEqual(segment.start);
          expect(Number.isFinite(segment.end)).toBe(true);
          expect(segment.text).toMatch(/^\P{Cc}+$/u);
          expect(segment.text.isWellFormed()).toBe(true);
          before = segment.start;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('a hostile file of a few megabytes takes well under a second', () => {
    for (const hostile of [
      '<v '.repeat(300_000),
      '&#'.repeat(500_000),
      '['.repeat(1_000_000),
      '00:01 --> 00:02\n<'.repeat(50_000),
    ]) {
      const started = performance.now();
      parseCaptions(`00:01.000 --> 00:02.000\n${hostile}`);
      expect(performance.now() - started).toBeLessThan(2_000);
    }
  });
});
