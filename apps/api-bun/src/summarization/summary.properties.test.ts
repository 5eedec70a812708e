import { expect, test } from 'bun:test';
import { canonicalMarkdown, parseMarkdown, type Segment } from '@destila/contracts';
import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { requestFor, scriptedSummarizer } from '../../../../tests/scripted-summarizer.ts';
import type { Notes } from './citations.ts';
import { extractNotes, summarizeByExtraction } from './extractive.ts';
import type { ModelAnswer } from './model-answer.ts';
import { renderSummary } from './render.ts';
import type { Source, Summary } from './summary.ts';

const { url: URL } = requestFor([]).job;
const LANGUAGES = ['es', 'en', 'de', 'ja', 'ar', 'zh', 'zz'];

/** Words of several scripts, and what Markdown, HTML and Unicode make of a text. */
const word = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('el', 'café', 'de', 'la', 'luna', 'the', 'moon', 'rises', 'y', 'and', 'Ahora'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('Dr.', 'fin.', '¿Y?', '…', '3.5', '12:34', '"', '«así»', '-', '日本語。', 'مرحبا'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('*', '#', '1.', '>', '[x](http://a.b)', '<b>', '&amp;', '|', '\\', '`', '~~', '_'),
  },
  fc.constantFrom('\u{1F600}', '\u200B', '\u0301', '\uFEFF', '\u202E', 'constructor', '__proto__'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const text = fc.array(word, { maxLength: 40 }).map((words) => words.join(' '));
const speaker = fc.constantFrom(undefined, undefined, '', 'Ana', ' ');

const segments: fc.Arbitrary<Segment[]> = fc
  .array(fc.record({ gap: fc.double({ min: 0, max: 9, noNaN: true }), length: fc.nat(20), text, speaker }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => {
    let now = 0;
    return parts.map(({ gap, length, text, speaker }, id) => {
      const start = now + gap;
      now = start + length;
      return { id, start, end: now, text, ...(speaker === undefined ? {} : { speaker }) };
    });
  });

const chapters = fc.array(
  fc.record({ title: text, start: fc.double({ min: 0, max: 300, noNaN: true }), end: fc.constant(300) }),
  { maxLength: 4 },
);
const source: fc.Arbitrary<Source> = fc.record({
  title: fc.option(text),
  chapters,
  segments,
  language: fc.constantFrom(...LANGUAGES),
});

/** Ids that exist, and others. */
const line = fc.oneof({ weight: 6, arbitrary: fc.nat(3) }, fc.constantFrom(11, -1, 99, 0.5, 1e9));
const point = fc.record({ text, first_line: line, last_line: line });
const answer: fc.Arbitrary<ModelAnswer> = fc.record({
  title: text,
  overview: text,
  chapters: fc.array(fc.record({ title: text, first_line: line, points: fc.array(point, { maxLength: 3 }) }), {
    maxLength: 4,
  }),
  key_points: fc.array(point, { maxLength: 4 }),
  tags: fc.array(text, { maxLength: 3 }),
  action_items: fc.array(point, { maxLength: 2 }),
  quotes: fc.array(fc.record({ text, line }), { maxLength: 3 }),
});

test('whatever was said, an extract holds times of the transcript only, in order, and words that were said', () => {
  fc.assert(
    fc.property(source, fc.option(text), (source, prompt) => {
      const summary = summarizeByExtraction(source, prompt, source.language);
      const options = { job: { id: 'a', url: URL }, language: source.language, extract: { prompted: prompt !== null } };
      expectTrueTo(source, summary, renderSummary(summary, options));
      const said = spoken(source.segments);
      for (const { text } of pointsOf(summary)) expect(said).toContain(letters(text));
    }),
    { numRuns: 150 },
  );
});

test('whatever a model answers, a summary holds times of the transcript only, in order, and quotes that were said', async () => {
  let next: unknown;
  await using scripted = scriptedSummarizer(() => next);
  const byModel = { written: 0 };
  await fc.assert(
    fc.asyncProperty(source, answer, async (source, answer) => {
      next = answer;
      const summary = await scripted.summarizer
        .summarize(requestFor(source.segments, { source }))
        .catch((error: unknown) => expectNothingWasSaid(error, source.segments));
      if (!summary) return;
      expectTrueTo(source, summary, summary.markdown);
      const said = spoken(source.segments);
      for (const { text } of summary.quotes) expect(said).toContain(letters(text));
      byModel.written += summary.summarized_by === 'extractive' ? 0 : 1;
    }),
    { numRuns: 100 },
  );
  expect(byModel.written).toBeGreaterThan(20);
}, 60_000);

test('an extract cites lines that there are, each before its end', () => {
  fc.assert(
    fc.property(source, (source) => {
      const ids = new Set(source.segments.map(({ id }) => id));
      for (const { first, last } of citationsOf(extractNotes(source, null, source.language))) {
        expect(ids).toContain(first);
        expect(ids).toContain(last);
        expect(last).toBeGreaterThanOrEqual(first);
      }
    }),
    { numRuns: 100 },
  );
});

function citationsOf({ chapters, key_points }: Notes) {
  return [...key_points, ...chapters.flatMap(({ first, points }) => [{ first, last: first }, ...points])];
}

function expectNothingWasSaid(error: unknown, segments: Segment[]): null {
  expect(error).toMatchObject({ code: 'no_speech' });
  expect(letters(segments.map(({ text }) => text).join(''))).toBe('');
  return null;
}

function expectTrueTo({ segments, chapters }: Source, summary: Summary, markdown: string): void {
  const starts = new Set(segments.map(({ start }) => start));
  const end = segments.at(-1)?.end ?? 0;
  for (const { start_seconds } of pointsOf(summary)) expect(starts).toContain(start_seconds ?? -1);
  let before = 0;
  for (const chapter of summary.chapters) {
    expect(starts).toContain(chapter.start);
    expect(chapter.start).toBeGreaterThanOrEqual(before);
    expect(chapter.end).toBeGreaterThanOrEqual(chapter.start);
    expect(chapter.end).toBeLessThanOrEqual(end);
    before = chapter.start;
  }

  expect(canonicalMarkdown(markdown)).toBe(markdown);
  const seconds = new Set(segments.map(({ start }) => `${URL}#t=${Math.floor(start)}`));
  const given = [...segments.map(({ text }) => text), ...chapters.map(({ title }) => title)].join(' ');
  for (const link of linksIn(parseMarkdown(markdown))) {
    // An address that was in the captions, or in the name of a chapter, stays one.
    if (link.startsWith(URL) || !given.includes(link)) expect(seconds).toContain(link);
  }
}

function pointsOf({ key_points, chapters, action_items, quotes }: Summary) {
  return [...key_points, ...chapters.flatMap(({ points }) => points), ...action_items, ...quotes];
}

function linksIn(node: Nodes): string[] {
  const own = node.type === 'link' || node.type === 'image' ? [node.url] : [];
  return 'children' in node ? [...own, ...node.children.flatMap(linksIn)] : own;
}

function spoken(segments: Segment[]): string {
  return letters(segments.map(({ text }) => text).join(' '));
}

/** A capital at the beginning and dots where a piece was cut are ours. */
function letters(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
