import { describe, expect, test } from 'bun:test';
import { DestilaError } from '@destila/contracts';
import fc from 'fast-check';
import { readCommandOutput, secondReached } from './command-output.ts';

const HEARD = [
  { start: 0.5, end: 2, text: 'And so, my fellow Americans,' },
  { start: 2, end: 4.25, text: 'ask not.' },
];

const SRT = `1
00:00:00,500 --> 00:00:02,000
And so, my fellow Americans,

2
00:00:02,000 --> 00:00:04,250
ask not.
`;
const VTT = `WEBVTT

00:00.500 --> 00:02.000
And so, my fellow Americans,

00:02.000 --> 00:04.250
ask not.
`;
/** What whisper.cpp and openai-whisper print when they are told nothing else. */
const WHISPER_CPP = `
[00:00:00.500 --> 00:00:02.000]   And so, my fellow Americans,
[00:00:02.000 --> 00:00:04.250]   ask not.
`;
const OPENAI_WHISPER = `Detected language: English
[00:00.500 --> 00:02.000]  And so, my fellow Americans,
[00:02.000 --> 00:04.250]  ask not.
`;

describe('a command may print', () => {
  test.each([
    ['SubRip', SRT],
    ['WebVTT', VTT],
    ['lines as whisper.cpp does', WHISPER_CPP],
    ['lines as openai-whisper does', OPENAI_WHISPER],
    ['a list of segments', JSON.stringify(HEARD)],
    ['segments of a transcript', JSON.stringify({ text: 'And so …', segments: HEARD })],
  ])('%s', (_, output) => {
    expect(readCommandOutput(output, 11)).toEqual({ segments: HEARD, language: null });
  });

  test("whisper.cpp's JSON, which also tells the language", () => {
    const transcription = HEARD.map(({ start, end, text }) => ({
      timestamps: { from: '00:00:00,500', to: '00:00:02,000' },
      offsets: { from: start * 1000, to: end * 1000 },
      text: ` ${text}`,
    }));
    const output = JSON.stringify({ result: { language: 'en' }, transcription });
    expect(readCommandOutput(output, 11)).toEqual({ segments: HEARD, language: 'en' });
  });

  test('text without times: its sentences share the stretch by their length', () => {
    const { segments, timesGuessed } = readCommandOutput('One two three.\nFour five six seven eight.\n', 30);
    expect(segments.map(({ text }) => text)).toEqual(['One two three.', 'Four five six seven eight.']);
    expect(segments[0]).toMatchObject({ start: 0, end: segments[1]?.start });
    expect(segments[0]?.end).toBeLessThan(15);
    expect(segments[1]?.end).toBeCloseTo(30);
    expect(timesGuessed).toBe(true);
  });

  test('who speaks', () => {
    const { segments } = readCommandOutput('WEBVTT\n\n00:00.500 --> 00:02.000\n<v Ana>Hello\n', 11);
    expect(segments).toEqual([{ start: 0.5, end: 2, text: 'Hello', speaker: 'Ana' }]);
  });

  test.each(['', '\n', 'WEBVTT\n', '[]', '{"text": ""}', '[00:00:00.000 --> 00:00:05.000]   [BLANK_AUDIO]\n'])(
    'that nothing was said: %j',
    (output) => {
      expect(readCommandOutput(output, 11)).toMatchObject({ segments: [], language: null });
    },
  );
});

test('JSON of another shape is a failure, not a transcript of braces', () => {
  expect(() => readCommandOutput('{"error": "no model"}', 11)).toThrow(DestilaError);
});

test('the last time of a line tells how far the command has come', () => {
  expect(secondReached('[00:00:05.000 --> 00:01:07.500]   words')).toBe(67);
  expect(secondReached('00:02.000 --> 00:04.250')).toBe(4);
  expect(secondReached('words')).toBeNull();
});

test('whatever is printed gives words within the stretch, in order, or a failure', () => {
  const time = fc.oneof(fc.double(), fc.integer(), fc.constant('00:01.000'));
  const line = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.tuple(time, time, fc.string()).map(([start, end, text]) => `[${start} --> ${end}] ${text}`),
  );
  const json = fc.oneof(
    fc.json(),
    fc
      .array(fc.record({ start: fc.double(), end: fc.double(), text: fc.string() }))
      .map((list) => JSON.stringify(list)),
  );
  const printed = fc.oneof(
    json,
    fc.array(line).map((lines) => lines.join('\n')),
  );
  fc.assert(
    fc.property(printed, fc.integer({ min: 1, max: 300 }), (output, duration) => {
      const segments = read(output, duration);
      const starts = segments.map(({ start }) => start);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      for (const { start, end, text } of segments) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(duration + 1e-9);
        expect(text).not.toBe('');
      }
    }),
  );
});

function read(output: string, duration: number) {
  try {
    return readCommandOutput(output, duration).segments;
  } catch (error) {
    if (error instanceof DestilaError) return [];
    throw error;
  }
}
