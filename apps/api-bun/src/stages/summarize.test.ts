import { expect, test } from 'bun:test';
import { canonicalMarkdown, type ProgressDetail } from '@destila/contracts';
import { chooseSummarizer } from '../summarization/summarizer.ts';
import { asSegments, readTranscript } from '../summarization/transcripts.fixture.ts';
import { type SummarizeInput, summarizeOutputSchema } from './stage.ts';
import { contextFor, jobFor } from './stage-context.fixture.ts';
import { createSummarizeStage } from './summarize.ts';

const extractive = chooseSummarizer({
  LLM: 'extractive',
  LLM_BASE_URL: undefined,
  OPENAI_API_KEY: undefined,
  ANTHROPIC_API_KEY: undefined,
  GOOGLE_GENERATIVE_AI_API_KEY: undefined,
  LLM_TIMEOUT: 600,
  LLM_PARALLEL: 3,
  LLM_TOKEN_BUDGET: 0,
});

const stage = createSummarizeStage({
  summarizerFor: async () => extractive,
  templateFor: async () => null,
  knownTagsFor: async () => [],
});

async function input(title: string | null): Promise<SummarizeInput> {
  return {
    download: { title, channel: null, duration: 101, language: null, published: null, chapters: [], captions: null },
    transcript: { segments: asSegments(await readTranscript('es-short')), language: null, origin: 'captions' },
  };
}

test('without a model a video becomes a note in its own language that says how it was made', async () => {
  const progress: Array<ProgressDetail | undefined> = [];
  const context = contextFor({ report: (_step, detail) => progress.push(detail) });
  const output = await stage.run(context, await input('Por qué el mar es salado'));
  expect(summarizeOutputSchema.parse(output)).toEqual(output);
  expect(output).toMatchObject({ title: 'Por qué el mar es salado', language: 'es', summarized_by: 'extractive' });
  expect(output.markdown).toStartWith('> **Extracto automático.**');
  expect(canonicalMarkdown(output.markdown)).toBe(output.markdown);
  expect(progress.map((detail) => `${detail?.done}/${detail?.total}`)).toEqual(['0/1', '1/1']);
});

test('a video without a title is called by what it speaks of most', async () => {
  expect((await stage.run(contextFor(), await input(null))).title).toBe('Agua');
});

test("a reader's language is that of the headings; the quotes stay what they are", async () => {
  const context = contextFor({ job: jobFor({ output_language: 'en', custom_prompt: 'the salt' }) });
  const { markdown, language } = await stage.run(context, await input(null));
  expect(language).toBe('es');
  expect(markdown).toContain('## Key points');
  expect(markdown).toContain('Your prompt was only used to choose the sentences.');
  expect(markdown).toContain('El océano');
});
