import { summarizeByExtraction } from './extractive.ts';
import { type ConfiguredModel, configuredModel } from './language-model.ts';
import { renderSummary } from './render.ts';
import type { Source, Summary } from './summary.ts';

export interface SummaryRequest {
  /** Whose video the timestamps link to. */
  job: { id: string; url: string };
  /** Its language is what the source says of itself, as BCP 47. */
  source: Omit<Source, 'language'> & { language: string | null };
  prompt: string | null;
  /** ISO 639-1; null: the language of the transcript. */
  outputLanguage: string | null;
  signal: AbortSignal;
  /** Called with the parts done and all of them. */
  onProgress(done: number, total: number): void;
}

export interface WrittenSummary extends Summary {
  /** Canonical. */
  markdown: string;
  /** ISO 639-1: what its sentences are in. */
  language: string;
}

export interface Summarizer {
  /** `extractive`, or `provider:model`. */
  readonly name: string;
  summarize(request: SummaryRequest): Promise<WrittenSummary>;
}

/** The summarizer that the configuration asks for. @throws {ConfigError} when `LLM` cannot be had as configured. */
export function chooseSummarizer(config: Parameters<typeof configuredModel>[0]): Summarizer {
  const model = configuredModel(config);
  return model ? modelSummarizer(model) : extractiveSummarizer;
}

const extractiveSummarizer: Summarizer = {
  name: 'extractive',
  async summarize({ job, source, prompt, outputLanguage, signal, onProgress }) {
    signal.throwIfAborted();
    onProgress(0, 1);
    const language = await spokenLanguage(source);
    const labels = outputLanguage ?? language;
    const summary = summarizeByExtraction({ ...source, language }, prompt, labels);
    const markdown = renderSummary(summary, { job, language: labels, extract: { prompted: prompt !== null } });
    onProgress(1, 1);
    return { ...summary, markdown, language };
  },
};

function modelSummarizer(model: ConfiguredModel): Summarizer {
  return {
    name: model.name,
    async summarize({ job, source, prompt, outputLanguage, signal, onProgress }) {
      const spoken = await spokenLanguage(source);
      const language = outputLanguage ?? spoken;
      const request = { source: { ...source, language: spoken }, prompt, language, signal, onProgress };
      const { summarizeWithModel } = await import('./model-summary.ts');
      const summary = await summarizeWithModel(model, request);
      return { ...summary, markdown: renderSummary(summary, { job, language, extract: null }), language };
    },
  };
}

/** The first summary loads the profiles of the languages: 80 ms and 16 MB that a start need not pay (`bench/start`). */
async function spokenLanguage({ segments, language }: SummaryRequest['source']): Promise<string> {
  const { languageOf } = await import('./language.ts');
  return languageOf(segments.map(({ text }) => text).join(' '), language);
}
