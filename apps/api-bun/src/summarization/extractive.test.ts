import { describe, expect, test } from 'bun:test';
import type { Segment } from '@destila/contracts';
import { canonicalMarkdown } from '@destila/contracts';
import fc from 'fast-check';
import { summarizeByExtraction } from './extractive.ts';
import { renderSummary } from './render.ts';
import type { Source, Summary } from './summary.ts';
import { asSegments, readTranscript, type TranscriptName, withoutPunctuation } from './transcripts.fixture.ts';

const NAMES: TranscriptName[] = ['es-short', 'es-long', 'en-short', 'en-long'];
const job = { id: 'a', url: 'https://video.example/talk.mp4' };

async function summaryOf(name: TranscriptName, changes: Partial<Source> = {}, prompt: string | null = null) {
  const language = name.slice(0, 2);
  const source = { title: null, chapters: [], segments: asSegments(await readTranscript(name)), language, ...changes };
  return summarizeByExtraction(source, prompt, language);
}

function quotesOf({ key_points, chapters }: Summary): string[] {
  return [...key_points, ...chapters.flatMap(({ points }) => points)].map(({ text }) => text);
}

describe.each(NAMES)('an extract of %s', (name) => {
  test('is made of whole sentences of the transcript, none of them twice', async () => {
    const spoken = (await readTranscript(name)).replace(/\s+/g, ' ').toLowerCase();
    const quotes = quotesOf(await summaryOf(name));
    for (const quote of quotes) {
      expect(spoken).toContain(quote.toLowerCase());
      expect(quote).toMatch(/^[^\p{L}]*[\p{Lu}\d].*\.$/u);
    }
    expect(new Set(quotes).size).toBe(quotes.length);
  });

  test('covers the video from beginning to end, in order of time', async () => {
    const { key_points, chapters } = await summaryOf(name);
    const end = asSegments(await readTranscript(name)).at(-1)?.end ?? 0;
    const starts = key_points.map(({ start_seconds }) => start_seconds ?? -1);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(starts.at(0)).toBeLessThan(end * 0.4);
    expect(starts.at(-1)).toBeGreaterThan(end * 0.7);
    expect(chapters.every(({ points }) => points.length > 0)).toBe(true);
    for (const [n, { start, end, points }] of chapters.entries()) {
      expect(end).toBe(chapters[n + 1]?.start ?? end);
      for (const point of points) expect(point.start_seconds).toBeWithin(start, end + 0.01);
    }
  });

  test('is shorter than half of what was said, and leaves out greetings and calls to subscribe', async () => {
    const spoken = await readTranscript(name);
    const quotes = quotesOf(await summaryOf(name)).join(' ');
    expect(quotes.length).toBeLessThan(spoken.length / 2);
    expect(quotes).not.toMatch(/suscríbete|gracias|hola|bienvenid|subscribe|thanks|welcome|hello/i);
  });

  test('is the same every time, and its Markdown is canonical', async () => {
    const [once, again] = [await summaryOf(name), await summaryOf(name)];
    expect(again).toEqual(once);
    const markdown = renderSummary(once, { job, language: name.slice(0, 2), extract: { prompted: false } });
    expect(canonicalMarkdown(markdown)).toBe(markdown);
  });
});

test('chapters begin where the speaker comes to something else, and are named after it', async () => {
  const es = await summaryOf('es-long');
  expect(es.chapters.map(({ title }) => title)).toEqual([
    'Reloj biológico y luz',
    'Adenosina y café',
    'Fase REM y sueño profundo',
    'Alzheimer y residuos',
    'Enemigo y alcohol',
    'Consejos',
  ]);
  const en = await summaryOf('en-long');
  expect(en.chapters.map(({ title }) => title)).toContain('Los Angeles and Suez Canal');
  expect(en.tags).toContain('container');
  expect(es.tags).toContain('fase REM');
});

test("the source's own chapters and title are kept; a chapter begins with the first line said in it", async () => {
  const chapters = [
    { title: 'Clocks', start: 0, end: 200 },
    { title: 'Memory', start: 200, end: 500 },
    { title: 'Credits', start: 100_000, end: 100_001 },
  ];
  const summary = await summaryOf('es-long', { title: 'Why we sleep', chapters });
  expect(summary.title).toBe('Why we sleep');
  expect(summary.chapters.map(({ title, start }) => [title, start])).toEqual([
    ['Clocks', 0],
    ['Memory', 201.6],
  ]);
});

test('the prompt chooses sentences that speak of what it asks for, and the note says that it did no more', async () => {
  const about = (summary: Summary) => summary.key_points.filter(({ text }) => /caf[eé]/i.test(text)).length;
  const plain = await summaryOf('es-long');
  const asked = await summaryOf('es-long', {}, '¿Qué dice del café y la cafeína?');
  expect(about(asked)).toBeGreaterThan(about(plain));
  const render = (prompted: boolean) => renderSummary(asked, { job, language: 'es', extract: { prompted } });
  expect(render(true)).toContain('solo han servido para elegir las frases');
  expect(render(false)).not.toContain('solo han servido para elegir las frases');
});

test('an extract says that it is one, and links its points to their moment', async () => {
  const markdown = renderSummary(await summaryOf('en-short'), { job, language: 'en', extract: { prompted: false } });
  expect(markdown).toStartWith('> **Automatic extract.** ');
  expect(markdown).toMatch(/\n- \[0:32\]\(https:\/\/video\.example\/talk\.mp4#t=32\) The carbon dioxide /);
});

test('captions without punctuation are quoted as pieces, with ellipses, and none longer than a breath or two', async () => {
  const segments = asSegments(withoutPunctuation(await readTranscript('es-long')));
  const quotes = quotesOf(await summaryOf('es-long', { segments }));
  expect(quotes.length).toBeGreaterThan(10);
  for (const quote of quotes) {
    expect(quote).toMatch(/^… .* …$/);
    expect(quote.split(' ').length).toBeLessThanOrEqual(28);
  }
});

test('what is said again and again is quoted once', async () => {
  const advice = 'Salt the dough after the first rest, because salt slows the yeast down. ';
  const segments = asSegments(advice.repeat(12));
  expect(quotesOf(await summaryOf('en-short', { segments }))).toEqual([advice.trim()]);
});

test('a call to subscribe is never quoted, whatever it is about', async () => {
  const call = 'Subscribe to the bread channel, because bread and dough and yeast and salt need subscribers.';
  const segments = asSegments(`${call} ${await readTranscript('en-short')} ${call}`);
  expect(quotesOf(await summaryOf('en-short', { segments }))).not.toContain(call);
});

test('languages without a lexicon get an extract as well', () => {
  const german = 'Das Brot geht auf, weil die Hefe den Zucker im Mehl frisst. Dabei entsteht Kohlendioxid im Teig. ';
  const japanese = 'パンは酵母によって膨らみます。酵母は小麦粉の糖を食べて二酸化炭素を出します。';
  for (const [language, text] of [
    ['de', german],
    ['ja', japanese],
    ['xx', german],
  ] as const) {
    const segments = [{ id: 0, start: 0, end: 30, text }];
    const summary = summarizeByExtraction({ title: null, chapters: [], segments, language }, null, language);
    expect(quotesOf(summary).length).toBeGreaterThan(0);
  }
});

test('any transcript gives a summary, however odd', () => {
  const word = fc.constantFrom(
    'hola',
    'Dr.',
    '…',
    '?',
    '3.5',
    'el',
    'café',
    '日本語',
    '-',
    '"',
    '\ud83d\ude00',
    'constructor',
  );
  const segment = fc.record({ gap: fc.nat(20), words: fc.array(word, { minLength: 1, maxLength: 60 }) });
  fc.assert(
    fc.property(
      fc.array(segment, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('es', 'en', 'zz'),
      (parts, language) => {
        let time = 0;
        const segments: Segment[] = parts.map(({ gap, words }, id) => {
          const start = time + gap;
          time = start + words.length / 2;
          return { id, start, end: time, text: words.join(' ') };
        });
        const summary = summarizeByExtraction({ title: null, chapters: [], segments, language }, 'el café', language);
        const markdown = renderSummary(summary, { job, language, extract: { prompted: true } });
        expect(canonicalMarkdown(markdown)).toBe(markdown);
        expect(summary.title).not.toBe('');
      },
    ),
    { numRuns: 60 },
  );
});

test('four hours of speech take a few seconds at most', async () => {
  const hour = (await readTranscript('es-long')).repeat(6);
  const words = hour.split(/\s+/);
  // Other words in every hour, or all would be repetitions.
  const text = [0, 1, 2, 3]
    .map((n) => words.map((word) => (word.length > 7 ? `${n}${word}` : word)).join(' '))
    .join(' ');
  const segments = asSegments(text);
  expect(segments.at(-1)?.end).toBeGreaterThan(4 * 3600);
  const started = performance.now();
  summarizeByExtraction({ title: null, chapters: [], segments, language: 'es' }, null, 'es');
  expect(performance.now() - started).toBeLessThan(5_000);
});
