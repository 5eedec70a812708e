import { describe, expect, test } from 'bun:test';
import { canonicalMarkdown, type Segment } from '@destila/contracts';
import {
  type Answer,
  asksToReduce,
  type ChatRequest,
  goodAnswer,
  linesIn,
  Refusal,
  Said,
  type Script,
} from '../../../../tests/fakes/llm-server.ts';
import { keptParts, requestFor, scriptedSummarizer, talk } from '../../../../tests/scripted-summarizer.ts';
import { estimateSummary } from './estimate.ts';
import type { ModelConfig } from './language-model.ts';
import { halve, planParts } from './parts.ts';
import type { SummaryRequest } from './summarizer.ts';
import { tokensOfPart } from './tokens.ts';

/** Characters that the scripted model reads at once. */
const BUDGET = tokensOfPart({ characterBudget: 24_000 });
/** Two hours and a quarter: nine parts. */
const LINES = 1_620;

interface Changes {
  segments?: Segment[];
  request?: Partial<SummaryRequest>;
  config?: Partial<ModelConfig>;
}

async function summarize(script: Answer[] | Script, { segments = talk(LINES), request, config }: Changes = {}) {
  await using scripted = scriptedSummarizer(script, config);
  const summary = await scripted.summarizer.summarize(requestFor(segments, request));
  expect(canonicalMarkdown(summary.markdown)).toBe(summary.markdown);
  return { ...summary, requests: scripted.server.requests, mostAtOnce: scripted.server.mostAtOnce };
}

const planned = planParts({ title: null, chapters: [], segments: talk(LINES), language: 'en' }, BUDGET);
const numberOf = (request: ChatRequest) => {
  const first = linesIn(request)[0]?.id;
  return planned.findIndex(({ lines }) => lines[0]?.id === first) + 1;
};

describe('a long transcript', () => {
  test('is summarised in parts, a few at a time, and the whole from the notes on them', async () => {
    const progress: string[] = [];
    const third = Promise.withResolvers<void>();
    const script: Script = async (request, count) => {
      if (count === 3) third.resolve();
      await third.promise;
      return goodAnswer(request);
    };
    const { facts, chapters, key_points, requests, mostAtOnce, overview } = await summarize(script, {
      request: {
        onProgress: (done, total) => progress.push(`${done}/${total}`),
      },
    });
    expect(planned.flatMap(({ lines }) => lines)).toEqual(talk(LINES));
    expect(planned).toHaveLength(9);
    expect(
      requests
        .filter((request) => !asksToReduce(request))
        .map(numberOf)
        .sort(),
    ).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(requests.filter(asksToReduce)).toHaveLength(1);
    expect(requests.at(-1)?.messages.at(-1)?.content).toContain('<notes>');
    expect(mostAtOnce).toBe(3);
    expect([...new Set(progress)]).toEqual(Array.from({ length: 11 }, (_, n) => `${n}/10`));
    expect(facts).toMatchObject({ coverage: 1, extracted: [], missing: [], usage: { calls: 10 } });
    // Points of every part, in order, up to the end.
    expect(chapters.length).toBeGreaterThan(20);
    expect(chapters.map(({ start }) => start)).toEqual(chapters.map(({ start }) => start).toSorted((a, b) => a - b));
    expect(chapters.at(-1)?.end).toBe(LINES * 5);
    expect(key_points.length).toBeGreaterThan(10);
    expect(overview).toHaveLength(1);
  });

  test('is shown as far as it is done, without a hole', async () => {
    const shown = Promise.withResolvers<string>();
    const script: Script = async (request) => {
      if (!asksToReduce(request) && numberOf(request) >= 3) await shown.promise;
      return goodAnswer(request);
    };
    await summarize(script, { request: { onDraft: shown.resolve } });
    const draft = await shown.promise;
    expect(draft).toStartWith('## Chapters');
    expect(draft).toContain('In sentence number 0 ');
    expect(draft).not.toContain(`number ${planned[2]?.lines[0]?.id} `);
  });

  test('a point that the reduction invents is left out and counted', async () => {
    const script: Script = (request) => {
      if (!asksToReduce(request)) return goodAnswer(request);
      const [first] = linesIn(request, 'notes');
      const key_points = [
        { text: 'True.', line: first?.id },
        { text: 'Invented.', line: 99_999 },
      ];
      return {
        title: 'T',
        overview: 'The speaker explains a great number of things, one after the other.',
        key_points,
        tags: [],
      };
    };
    const { key_points, facts } = await summarize(script);
    expect(key_points.map(({ text }) => text)).toEqual(['True.']);
    expect(facts.dropped_citations).toBe(1);
  });

  test('more notes than fit into one call are reduced in groups, and these again', async () => {
    const segments = talk(12_000);
    const { requests, facts, key_points, chapters } = await summarize(goodAnswer, { segments });
    const reductions = requests.filter(asksToReduce);
    expect(reductions.length).toBeGreaterThan(2);
    for (const request of reductions) expect(request.messages.at(-1)?.content.length).toBeLessThan(2 * 24_000);
    expect(facts.coverage).toBe(1);
    expect(key_points.at(-1)?.start_seconds).toBeGreaterThan(50_000);
    expect(chapters.at(-1)?.end).toBe(60_000);
  });

  test('where no reduction is to be had, the parts stand beside each other and nothing is lost', async () => {
    const { facts, overview, key_points, chapters } = await summarize((request) =>
      asksToReduce(request) ? 'no' : goodAnswer(request),
    );
    expect(facts).toMatchObject({ coverage: 1, extracted: [], missing: [] });
    expect(overview.length).toBe(9);
    expect(key_points.at(0)?.start_seconds).toBe(0);
    expect(key_points.at(-1)?.start_seconds).toBeGreaterThan(LINES * 4);
    expect(chapters.at(-1)?.end).toBe(LINES * 5);
  });

  test('a crash in part 7 of 9 and a resume: no call is made twice', async () => {
    const parts = keptParts();
    const counts = new Map<number, number>();
    let crashes = true;
    const script: Script = (request) => {
      const number = asksToReduce(request) ? 0 : numberOf(request);
      counts.set(number, (counts.get(number) ?? 0) + 1);
      if (number === 7 && crashes) return new Refusal(503, 'down');
      return new Said(goodAnswer(request), 'stop', { input: 100, output: 10 });
    };
    const crashed = summarize(script, { request: { parts }, config: { LLM_PARALLEL: 1 } });
    await expect(crashed).rejects.toMatchObject({ code: 'llm_failed' });
    expect([...counts.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7]);

    crashes = false;
    const progress: string[] = [];
    // The person has tagged other notes meanwhile.
    const request = {
      parts,
      knownTags: ['new'],
      onProgress: (done: number, total: number) => progress.push(`${done}/${total}`),
    };
    const { facts, requests } = await summarize(script, { request });
    // Three parts, and the reduction; the one that answered with an error is the only one that is asked again.
    expect(requests).toHaveLength(4);
    for (const [number, count] of counts) expect([number, count]).toEqual([number, number === 7 ? 2 : 1]);
    expect(counts.size).toBe(10);
    expect(facts.usage).toEqual({ calls: 10, input_tokens: 1_000, output_tokens: 100 });
    expect(progress.at(-1)).toBe('10/10');
  });

  test('when one part fails no other is begun, and those under way are kept', async () => {
    const parts = keptParts();
    const second = Promise.withResolvers<void>();
    const script: Script = async (request) => {
      const number = numberOf(request);
      if (number === 1) {
        await second.promise;
        return goodAnswer(request);
      }
      if (number === 2) second.resolve();
      return number === 2 ? new Refusal(429, 'slow down', { 'retry-after': '5' }) : goodAnswer(request);
    };
    const limited = summarize(script, { request: { parts }, config: { LLM_PARALLEL: 2 } });
    await expect(limited).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 5 });
    expect(parts.keys).toHaveLength(1);
  });

  test('another prompt, template, model or language is asked anew', async () => {
    const parts = keptParts();
    const segments = talk(20);
    const base = { parts };
    const calls = async (changes: Changes) =>
      (await summarize(goodAnswer, { segments, ...changes, request: { ...base, ...changes.request } })).requests.length;
    expect(await calls({})).toBe(1);
    expect(await calls({})).toBe(0);
    expect(await calls({ request: { prompt: 'Only names.' } })).toBe(1);
    expect(await calls({ request: { template: { id: 'x', name: 'X', instructions: 'As a poem.' } } })).toBe(1);
    expect(await calls({ config: { LLM: 'openai-compatible:other' } })).toBe(1);
    expect(await calls({ segments: talk(21) })).toBe(1);
    expect(await calls({ request: { outputLanguage: 'en' } })).toBe(0);
  });
});

describe('nothing is left out in silence', () => {
  test('a part that stays unusable is given by its own sentences, and the note begins with saying so', async () => {
    const script: Script = (request) =>
      !asksToReduce(request) && linesIn(request).some(({ id }) => id === planned[3]?.lines[0]?.id)
        ? 'no'
        : goodAnswer(request);
    const { markdown, facts, summarized_by, requests, chapters } = await summarize(script);
    const [from, to] = [planned[3]?.lines[0]?.start ?? 0, planned[4]?.lines[0]?.start ?? 0];
    // The whole part, and of its halves the one that holds the line that the model cannot bear.
    expect(requests).toHaveLength(8 + 2 + 2 + 1 + 1);
    expect(summarized_by).toBe('openai-compatible:test-model');
    expect(facts.missing).toEqual([]);
    expect(facts.extracted).toHaveLength(1);
    expect(facts.extracted[0]?.start).toBe(from);
    expect(facts.extracted[0]?.end).toBeLessThan(to);
    expect(markdown).toMatch(
      /^> \*\*Notice\.\*\* The model gave nothing usable of \[\d+:\d\d–\d+:\d\d\]\(\S+\): the video's own sentences stand in its place\.\n/,
    );
    expect(chapters.at(-1)?.end).toBe(LINES * 5);
  });

  test('a stretch in which nothing is said is named as missing', async () => {
    const music = planned[3]?.lines.map(({ id }) => id) ?? [];
    const segments = talk(LINES).map((line) =>
      music.includes(line.id) ? { ...line, text: '♪'.repeat(line.text.length) } : line,
    );
    const script: Script = (request) =>
      linesIn(request).filter(({ text }) => text.includes('♪')).length > 20 ? 'no' : goodAnswer(request);
    const { facts, markdown } = await summarize(script, { segments });
    expect(facts.missing).toEqual([expect.objectContaining({ reason: 'unusable' })]);
    expect(markdown.split('\n')[0]).toContain('This summary says nothing of [');
    expect(facts.coverage).toBeLessThan(1);
  });

  test('minutes that no point speaks of are named, however whole the answer looks', async () => {
    const segments = talk(120);
    const script: Script = (request) => {
      const lines = linesIn(request).slice(0, 40);
      const points = lines.map(({ id, text }) => ({ text, first_line: id, last_line: id }));
      return { ...goodAnswer(request), chapters: [{ title: 'All', first_line: 0, points }], key_points: points };
    };
    const { facts, markdown, summarized_by } = await summarize(script, { segments });
    expect(summarized_by).toBe('openai-compatible:test-model');
    expect(facts).toMatchObject({ coverage: 40 / 120, missing: [{ start: 200, end: 600, reason: 'skipped' }] });
    expect(markdown).toStartWith('> **Notice.** The model passed over [3:20–10:00](');
  });

  test('the tokens of a job have a limit: beyond it the rest is an extract that says why', async () => {
    const script: Script = (request) => {
      const asked = request.messages.reduce((length, { content }) => length + content.length, 0);
      return new Said(goodAnswer(request), 'stop', { input: Math.ceil(asked / 4), output: 1_000 });
    };
    const { facts, markdown, requests, chapters } = await summarize(script, {
      config: { LLM_TOKEN_BUDGET: 40_000, LLM_PARALLEL: 1 },
    });
    expect(requests.length).toBeWithin(3, 8);
    expect((facts.usage?.input_tokens ?? 0) + (facts.usage?.output_tokens ?? 0)).toBeLessThanOrEqual(40_000);
    expect(facts.extracted.at(-1)?.end).toBe(LINES * 5);
    expect(markdown).toStartWith('> **Notice.** The token limit of LLM_TOKEN_BUDGET was reached, and for [');
    expect(chapters.at(-1)?.end).toBe(LINES * 5);
  });

  test('a limit below the first call makes an extract of the whole', async () => {
    const { requests, summarized_by, facts, markdown } = await summarize(goodAnswer, {
      config: { LLM_TOKEN_BUDGET: 10 },
    });
    expect(requests).toHaveLength(0);
    expect(summarized_by).toBe('extractive');
    expect(facts.extracted).toEqual([{ start: 0, end: LINES * 5 }]);
    expect(markdown).toContain('LLM_TOKEN_BUDGET');
  });
});

describe('parts', () => {
  test('end where the source’s chapters do, when that is near', () => {
    const segments = talk(600);
    const chapters = [0, 317, 460].map((line) => ({ title: `From ${line}`, start: line * 5, end: 3_000 }));
    const parts = planParts({ title: null, chapters, segments, language: 'en' }, 12_000);
    expect(parts.map(({ lines }) => lines[0]?.id)).toEqual([0, 317]);
  });

  test('end at a pause when there is no better place, and begin with what was said just before', () => {
    const later = (line: Segment) => (line.id < 290 ? line : { ...line, start: line.start + 3, end: line.end + 3 });
    const [first, second] = halve({ lines: talk(600).map(later), before: [] });
    expect(first?.lines.at(-1)?.id).toBe(289);
    expect(second?.lines[0]?.id).toBe(290);
    expect(second?.before.map(({ id }) => id)).toEqual([284, 285, 286, 287, 288, 289]);
  });

  test('the estimate is near what is really asked', async () => {
    const estimate = estimateSummary(talk(LINES), { characterBudget: 24_000 });
    const { requests } = await summarize(goodAnswer);
    expect(estimate.calls).toBe(requests.length);
    const sent = requests.reduce(
      (sum, { messages }) => sum + messages.reduce((all, { content }) => all + content.length, 0),
      0,
    );
    expect(estimate.input_tokens).toBeWithin(sent / 5, sent / 2.5);
  });
});
