import { describe, expect, test } from 'bun:test';
import { fileURLToPath } from 'node:url';
import type { Segment } from '@destila/contracts';
import fc from 'fast-check';
import { type CaptionsForm, parseCaptions } from './captions.ts';

const CORPUS = fileURLToPath(new URL('../../../../tests/fixtures/captions/', import.meta.url));

/** `1.5–3 Ana: what was said`, times in seconds. */
function told(segments: Segment[]): string[] {
  return segments.map(({ start, end, speaker, text }) => `${start}–${end} ${speaker ? `${speaker}: ` : ''}${text}`);
}

const EXPECTED: [file: string, form: CaptionsForm, said: string[]][] = [
  [
    'lecture.vtt',
    { format: 'vtt' },
    [
      '1–3.5 Buenos días, bienvenidos a la clase.',
      '4–6 Marea & Luna: 3 < 4, "pleamar" ✔',
      '8–10 La luna viene, la luna va',
      '446399–446401.5 Fin.',
    ],
  ],
  [
    'voices.vtt',
    { format: 'vtt' },
    [
      '0–2.815 Ana María: ¿Vienes a la playa?',
      '2.963–4 Luis: Ya voy.',
      '4–5.455 ¿Y la marea?',
      '5.576–8 Sube hasta las seis.',
      '8–10 Vámonos.',
      '10–12 DRA. PÉREZ: La Luna atrae el agua y la Tierra gira debajo.',
      '12–12.375 MARTA: OK.',
      '12.5–14 And the Sun?',
      '14–16 AVISO: TODO EN MAYÚSCULAS',
      '16–18 Hace -5 grados a las 10:30',
      '20–21 En 1969 (año clave) ocurrió.',
    ],
  ],
  ['rolling.vtt', { format: 'vtt' }, ['0.16–2.08 hello and welcome', '2.08–6 to the show', '9–11 today we talk']],
  [
    'rolling-punctuated.vtt',
    { format: 'vtt', kind: 'automatic' },
    ['1–2.083 La marea sube.', '2.2–3.322 ¿Y por qué?', '3.4–7 Porque la Luna atrae 3.5 veces.', '7–9 Gracias, Ana.'],
  ],
  ['growing.vtt', { format: 'vtt' }, ['1–1.722 Good evening.', '1.778–4 The storm has passed.', '4–6 We are safe.']],
  ['segmented.vtt', { format: 'vtt' }, ['1–3 Una frase.', '5–8 Otra, que cruza el corte.', '8–9 No.', '9–10 No.']],
  [
    'ugly.srt',
    { format: 'srt' },
    [
      '0–0.5 antes del principio',
      '1–2 primera',
      '4–6 segunda línea',
      '7.25–8 tercera: 3 < 4 & 5 > 2',
      '9–10 sin número, con una flecha corta',
      '20–22 acaba antes de empezar',
      '22–31 no acaba',
      '31–35 la última, sin duración',
    ],
  ],
  [
    'automatic.srt',
    { format: 'srt', kind: 'automatic' },
    ['0.08–3.24 hola a todos y bienvenidos a otro vídeo.', '3.317–8 Hoy hablamos de las mareas.', '12–14 empezamos'],
  ],
  ['right-to-left.srt', { format: 'srt' }, ['1–3 مرحبا بكم، المد يرتفع.', '3–5 שלום לכולם!']],
  [
    'automatic.json3',
    { format: 'json3', kind: 'automatic' },
    ['0.16–1.5 La marea sube.', '1.6–3.06 ¿Y por qué?', '3.2–6 Buena pregunta.', '9–10 Fin'],
  ],
  [
    'authored.json3',
    { format: 'json3' },
    [
      '0–1.5 Desde el principio',
      '0–0.7 Antes de tiempo',
      '2–3 ¿Vienes?',
      '3.125–4 Ya voy.',
      '4–6 Sin duración',
      '6–8 Con una negativa',
      '8–9 <b>literal</b> &amp; 中文',
    ],
  ],
  [
    'broadcast.ttml',
    { format: 'ttml' },
    [
      '11–13.5 Ana: La marea sube y baja.',
      '13.5–14.3 Ana: ¿Cuándo?',
      '14.4–15.5 Luis & Cía: A las seis.',
      '16–16.5 Sin final <b> & <i>literal</i>',
      '16.5–17.5 Un tramo',
      '17.5–19.5 y otro.',
    ],
  ],
  [
    'frames.dfxp',
    { format: 'ttml' },
    ['1.501–3 Frames after seconds.', '4.004–5.005 Frames and ticks.', '6–9 Word by word.', '360000–360002.5 Late.'],
  ],
  ['hostile.ttml', { format: 'ttml' }, ['1–2 Antes &c; &file; &page; después']],
  ['empty.vtt', { format: 'vtt' }, []],
  ['page.srt', { format: 'srt' }, []],
];

const corpus = await Promise.all(
  EXPECTED.map(async ([file, form, said]) => ({ file, form, said, text: await Bun.file(CORPUS + file).text() })),
);

describe('each file of the corpus is read as a person would', () => {
  test.each(corpus)('$file', ({ text, form, said }) => {
    expect(told(parseCaptions(text, form))).toEqual(said);
  });

  test.each([
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['the line ends of the old Macintosh', (text: string) => text.replaceAll('\n', '\r')],
    ['a NUL after each character', (text: string) => text.replaceAll(/[^\0]/g, '$&\0')],
    ['empty lines before it', (text: string) => `\n\n${text}`],
  ])('and no differently with %s', (_title, change) => {
    for (const { text, form, said } of corpus) {
      expect(told(parseCaptions(change(text), form))).toEqual(said);
    }
  });

  test('and none is left out', () => {
    expect([...new Bun.Glob('*').scanSync(CORPUS)].sort()).toEqual(corpus.map(({ file }) => file).sort());
  });
});

describe('who speaks, and what is no speech', () => {
  const said = (text: string) => told(parseCaptions(`00:00.000 --> 00:08.000\n${text}\n`));

  test.each([
    ['- Uno\n- Dos', ['0–3.429 Uno', '4.571–8 Dos']],
    ['ANA: hola\nLUIS: hola', ['0–3.556 ANA: hola', '4.444–8 LUIS: hola']],
    ['ANA: hola\nqué tal', ['0–8 ANA: hola qué tal']],
    ['P: ¿Cuándo?', ['0–8 P: ¿Cuándo?']],
    ['Nota: esto no es un nombre', ['0–8 Nota: esto no es un nombre']],
    ['>> ANA: ¡SÍ!', ['0–8 ANA: ¡SÍ!']],
    ['<v Ana>uno</v> dos', ['0–8 Ana: uno dos']],
    ['<v ♪>uno', ['0–8 uno']],
    ['# la la la #', ['0–8 la la la']],
    ['【音楽】 こんにちは', ['0–8 こんにちは']],
    ['（笑）', []],
    ['...', []],
    ['en C# y F#', ['0–8 en C# y F#']],
  ])('%p', (text, expected) => {
    expect(said(text)).toEqual(expected);
  });
});

describe('captions that a machine made', () => {
  const cue = (start: number, end: number, text: string) => `00:${start}.000 --> 00:${end}.000\n${text}\n\n`;

  test('stay cut as they are where nothing tells sentences apart', () => {
    const text = cue(10, 12, 'hola a todos') + cue(12, 14, 'y bienvenidos');
    expect(told(parseCaptions(text, { kind: 'automatic' }))).toEqual(['10–12 hola a todos', '12–14 y bienvenidos']);
  });

  test('begin anew after a pause', () => {
    const text = cue(10, 12, 'Y entonces') + cue(15, 17, 'llegó la marea.');
    expect(told(parseCaptions(text, { kind: 'automatic' }))).toEqual(['10–12 Y entonces', '15–17 llegó la marea.']);
  });

  test('are not cut within a sentence unless it goes on for longer than a breath', () => {
    const lines = Array.from({ length: 12 }, (_, n) => cue(10 + n * 4, 14 + n * 4, `y la ${n}`));
    const segments = parseCaptions(`${cue(10, 11, 'Sí. Bueno')}${lines.join('')}${cue(58, 59, 'fin.')}`, {
      kind: 'automatic',
    });
    expect(segments[0]?.text).toBe('Sí.');
    expect(Math.max(...segments.map(({ start, end }) => end - start))).toBeLessThanOrEqual(4);
  });
});

describe('captions that somebody wrote', () => {
  test('keep words said twice, also without a pause, and lines that begin alike', () => {
    const text =
      '00:00.000 --> 00:01.000\nNo.\n\n00:01.000 --> 00:02.000\nNo.\n\n00:02.000 --> 00:03.000\nNo. Nunca.\n';
    expect(told(parseCaptions(text))).toEqual(['0–1 No.', '1–2 No.', '2–3 No. Nunca.']);
  });

  test('stay cut as they are, also within a sentence', () => {
    const text = '00:00.000 --> 00:01.000\nLa marea\n\n00:01.000 --> 00:02.000\nsube. Y baja.\n';
    expect(told(parseCaptions(text))).toEqual(['0–1 La marea', '1–2 sube. Y baja.']);
  });
});

describe('whatever the file', () => {
  const format = fc.constantFrom('vtt', 'srt', 'json3', 'ttml');
  const kind = fc.constantFrom('authored', 'automatic');
  const nasty = fc.constantFrom(
    ...['\n', '\n\n', '\r', ' --> ', '00:00:01,000', '99999:59:59.999', '-00:00:01', '<v A>', '</v>', '<c>', '<'],
    ...[
      '{\\an8}',
      '&#0;',
      '&#1114112;',
      '&lt;',
      '♪',
      '[',
      ']',
      '(',
      '>> ',
      '- ',
      'ANA: ',
      '. ',
      '\ufeff',
      '\0',
      '\ud800',
    ],
    ...['<00:00:00.000>', '<99:00:00.000>', '"tStartMs":-1,', '"tStartMs":1e9,', '"segs":[', 'null', '1e999'],
    ...['begin="1t"', 'end="-1s"', 'dur="99999999999h"', 'begin="99:99:99:99"', '<p>', '<br/>', '<![CDATA[', '&b;'],
  );

  /** A file of the corpus with parts cut out, doubled, moved and put in. */
  const mutated = fc
    .tuple(
      fc.constantFrom(...corpus),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 60 }), nasty), { maxLength: 8 }),
    )
    .map(([{ text, form }, changes]) => {
      const changed = changes.reduce((now, [share, length, piece]) => {
        const at = Math.floor(share * now.length);
        const part = now.slice(at, at + length);
        return now.slice(0, at) + piece + (length % 2 ? part.repeat(2) : '') + now.slice(at + length);
      }, text);
      return { text: changed, format: form.format };
    });

  const time = fc.oneof(fc.nat({ max: 20_000 }), fc.nat({ max: 2 ** 31 })).map((ms) => {
    const [h, m, s] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(Math.floor);
    return `${h}:${m}:${s}.${String(ms % 1000).padStart(3, '0')}`;
  });
  const words = fc.array(fc.oneof(nasty, fc.constantFrom('so', 'far', 'so far', 'good.', 'Ünï', '世界')), {
    maxLength: 6,
  });
  const cues = fc
    .array(fc.tuple(time, time, words), { maxLength: 20 })
    .map((list) => list.map(([from, to, said]) => `${from} --> ${to}\n${said.join(' ')}\n\n`).join(''));

  test.each([
    ['any text', fc.record({ text: fc.oneof(fc.string(), fc.string({ unit: 'binary' })), format, kind })],
    ['any JSON', fc.record({ text: fc.json(), format: fc.constant('json3' as const), kind })],
    [
      'pieces of captions',
      fc.record({ text: fc.array(nasty, { maxLength: 40 }).map((parts) => parts.join('')), format, kind }),
    ],
    ['cues', fc.record({ text: cues, format: fc.constant('vtt' as const), kind })],
    ['a broken file', fc.tuple(mutated, kind).map(([file, made]) => ({ ...file, kind: made }))],
  ])('%s gives segments in order, none negative, empty or ending before it starts', (title, source) => {
    let found = 0;
    fc.assert(
      fc.property(source, ({ text, ...form }) => {
        const segments = parseCaptions(text, form);
        found += segments.length;
        return flaw(segments) === undefined;
      }),
      { numRuns: 1_500 },
    );
    if (title === 'cues' || title === 'a broken file') expect(found).toBeGreaterThan(1_500);
  });

  function flaw(segments: Segment[]): string | undefined {
    const starts = segments.map(({ start }) => start);
    const sound = (text: string) => /^\P{Cc}+$/u.test(text) && text.trim() === text && text.isWellFormed();
    if (segments.some(({ id }, index) => id !== index)) return 'numbering';
    if (starts.some((start, index) => !(start >= (starts[index - 1] ?? 0)))) return 'order';
    if (!segments.every(({ start, end }) => end >= start && end < 5e8)) return 'times';
    if (!segments.every(({ text, speaker = 'nobody' }) => sound(text) && sound(speaker))) return 'text';
    return undefined;
  }

  test('what has no cue gives nothing', () => {
    for (const text of [
      '',
      'WEBVTT',
      '<html><body>404</body></html>',
      '1\n2\n3',
      '-->',
      '{"events":7}',
      '{',
      '\0\u0001',
    ]) {
      for (const form of ['vtt', 'srt', 'json3', 'ttml'] as const)
        expect(parseCaptions(text, { format: form })).toEqual([]);
    }
  });

  test('what would keep a careless reader busy for hours is read all the same', () => {
    const cue = '00:01.000 --> 99:02.000\n';
    const length = 400_000;
    const patterns = [
      '<v ',
      '<v.a',
      '&#',
      '[',
      '( ',
      '{\\',
      ' ',
      ' >> a',
      '- a\n',
      'ANA: a\n',
      '\u200b',
      '. ',
      '00:01 -->\na\n\n',
    ];
    const hostile = [
      ...patterns.map((pattern) => cue + pattern.repeat(length / pattern.length)),
      `${cue}<v${' '.repeat(length)}`,
      `${cue}a${' '.repeat(length)}x >> y`,
      `00:01.000 --> 00:02.000\n${'a\n'.repeat(length / 2)}\n`.repeat(2),
    ];
    for (const text of hostile) {
      for (const kind of ['authored', 'automatic'] as const)
        expect(flaw(parseCaptions(text, { kind }))).toBeUndefined();
    }
    const nested = `{"events":${'['.repeat(length)}`;
    expect(parseCaptions(nested, { format: 'json3' })).toEqual([]);
    const spans = '<span begin="1s">a</span> '.repeat(length / 26);
    expect(parseCaptions(`<tt><p begin="1s">${spans}</p></tt>`, { format: 'ttml' })).toHaveLength(1);
  });

  test('elements nested beyond all sense are no captions, and break nothing', () => {
    const nested = (depth: number) =>
      `<tt><body>${'<div>'.repeat(depth)}<p begin="1s">a</p>${'</div>'.repeat(depth)}</body></tt>`;
    expect(parseCaptions(nested(20), { format: 'ttml' })).toHaveLength(1);
    for (const depth of [1_000, 100_000]) expect(parseCaptions(nested(depth), { format: 'ttml' })).toEqual([]);
  });
});
