import { DestilaError, type SummaryFacts } from '@destila/contracts';
import { coverageOf, pointsOf } from './citations.ts';
import { estimateSummary, type SummaryEstimate } from './estimate.ts';
import { extractNotes, summaryOf } from './extractive.ts';
import { labelsIn } from './labels.ts';
import {
  type ConfiguredModel,
  configuredModel,
  type ModelConfig,
  type ModelProbe,
  type PersonalModels,
} from './language-model.ts';
import type { KeptParts } from './model-calls.ts';
import { type RenderOptions, renderSummary } from './render.ts';
import type { Gap, Source, Summary } from './summary.ts';
import { normaliseTags } from './tags.ts';
import type { Template } from './templates.ts';

export interface SummaryRequest {
  /** Whose video the timestamps link to. */
  job: { id: string; url: string };
  /** Its language is what the source says of itself, as BCP 47. */
  source: Omit<Source, 'language'> & { language: string | null };
  prompt: string | null;
  template: Template | null;
  /** ISO 639-1; null: the language of the transcript. */
  outputLanguage: string | null;
  /** The person's earlier tags, the most used first. */
  knownTags: string[];
  signal: AbortSignal;
  /** What is finished of this summary, also before a crash. */
  parts: KeptParts;
  /** Called with the parts done and all of them. */
  onProgress(done: number, total: number): void;
  /** The summary as far as it is written, at most four times a second. */
  onDraft?(markdown: string): void;
}

export interface WrittenSummary extends Summary {
  /** Canonical. */
  markdown: string;
  /** ISO 639-1: what its sentences are in. */
  language: string;
  /** `extractive`, or `provider:model`: what really wrote it. */
  summarized_by: string;
  facts: SummaryFacts;
}

export interface Summarizer {
  /** `extractive`, or `provider:model`. */
  readonly name: string;
  /** How to find out whether its language model can be reached; null for one that needs none. */
  readonly probe: ModelProbe | null;
  /** What a summary will take; null without a model. */
  estimate(source: Pick<Source, 'segments'>): SummaryEstimate | null;
  /** @throws {DestilaError} `no_speech`, and what the model fails with */
  summarize(request: SummaryRequest): Promise<WrittenSummary>;
}

/**
 * The summarizer that the configuration asks for, or a person chose.
 * @throws {ConfigError} when `LLM` cannot be had as configured
 * @throws {DestilaError} `llm_not_configured` for the choice of a person
 */
export function chooseSummarizer(config: ModelConfig, personal?: PersonalModels): Summarizer {
  const model = configuredModel(config, personal);
  return model ? modelSummarizer(model, config) : extractiveSummarizer;
}

const extractiveSummarizer: Summarizer = {
  name: 'extractive',
  probe: null,
  estimate: () => null,
  async summarize({ job, source, prompt, template, outputLanguage, knownTags, signal, onProgress }) {
    signal.throwIfAborted();
    onProgress(0, 1);
    const language = await spokenLanguage(source);
    const labels = outputLanguage ?? language;
    const notes = extractNotes({ ...source, language }, prompt, labels);
    const summary = summaryOf(notes, source.segments);
    const written = {
      summary: { ...summary, tags: normaliseTags(summary.tags, knownTags) },
      summarized_by: 'extractive',
      facts: {
        coverage: coverageOf(source.segments, pointsOf(notes)),
        ...factsOfGaps([]),
        dropped_citations: 0,
        dropped_quotes: 0,
        usage: null,
        template: template?.id ?? null,
        language,
      },
    };
    onProgress(1, 1);
    return finished(written, source, { job, language: labels, extract: { prompted: prompt !== null } });
  },
};

function modelSummarizer(model: ConfiguredModel, limits: ModelConfig): Summarizer {
  return {
    name: model.name,
    probe: model.probe,
    estimate: ({ segments }) => estimateSummary(segments, model),
    async summarize({ outputLanguage, onDraft, ...request }) {
      const { job, source, prompt, template } = request;
      const spoken = await spokenLanguage(source);
      const language = outputLanguage ?? spoken;
      const { summarizeWithModel } = await import('./model-summary.ts');
      using drafts = startDrafts(onDraft, { job, language, template, extract: null });
      const made = await summarizeWithModel(
        model,
        {
          ...request,
          source: { ...source, language: spoken },
          language,
          languageIsFree: outputLanguage === null && prompt !== null,
          onDraft: drafts.show,
        },
        { parallel: limits.LLM_PARALLEL, tokenBudget: limits.LLM_TOKEN_BUDGET },
      );
      const written = {
        summary: made.summary,
        summarized_by: made.isExtract ? 'extractive' : model.name,
        facts: {
          coverage: made.coverage,
          ...factsOfGaps(made.gaps),
          dropped_citations: made.dropped.citations,
          dropped_quotes: made.dropped.quotes,
          usage: made.usage,
          template: template?.id ?? null,
          language: made.language,
        },
      };
      const words = { job, language: made.isExtract ? language : made.language };
      return finished(written, source, {
        ...words,
        extract: null,
        gaps: made.gaps,
        template: made.isExtract ? null : template,
      });
    },
  };
}

function factsOfGaps(gaps: Gap[]): Pick<SummaryFacts, 'missing' | 'extracted'> {
  return {
    missing: gaps.filter(({ extracted }) => !extracted).map(({ start, end, why }) => ({ start, end, reason: why })),
    extracted: gaps.filter(({ extracted }) => extracted).map(({ start, end }) => ({ start, end })),
  };
}

/** Of a transcript in which nothing could be found that is worth a point. */
const MOST_LINES_SHOWN = 40;

/** No note is empty: where there is next to nothing to summarise, that is what it says and shows. */
function finished(
  { summary, summarized_by, facts }: Pick<WrittenSummary, 'summarized_by' | 'facts'> & { summary: Summary },
  { segments }: Pick<Source, 'segments'>,
  options: RenderOptions,
): WrittenSummary {
  const isEmpty = [...summary.key_points, ...summary.chapters.flatMap(({ points }) => points)].length === 0;
  const labels = labelsIn(options.language);
  const said = segments.filter(({ text }) => /[\p{L}\p{N}]/u.test(text)).slice(0, MOST_LINES_SHOWN);
  if (isEmpty && said.length === 0) throw new DestilaError('no_speech');
  const shown = isEmpty
    ? {
        ...summary,
        overview: [labels.fewWords],
        key_points: said.map(({ text, start }) => ({ text: text.trim(), start_seconds: start })),
        chapters: [],
      }
    : summary;
  const title = shown.title || labels.untitled;
  return { ...shown, title, markdown: renderSummary(shown, options), language: facts.language, summarized_by, facts };
}

/** Milliseconds between two drafts. */
const DRAFT_PACE = 250;

interface Drafts extends Disposable {
  show(summary: () => Promise<Summary>): void;
}

/** Renders what is written so far, now and then: one at a time, and none any more once it is disposed of. */
function startDrafts(onDraft: SummaryRequest['onDraft'], options: RenderOptions): Drafts {
  let next: (() => Promise<Summary>) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const render = async () => {
    const summary = next;
    next = undefined;
    const markdown = summary && renderSummary(await summary(), options);
    timer = undefined;
    if (isOver) return;
    if (markdown) onDraft?.(markdown);
    if (next) plan();
  };
  const plan = () => {
    // What cannot be shown yet is no reason for a summary to fail.
    timer ??= setTimeout(() => void render().catch(() => {}), DRAFT_PACE);
  };
  return {
    show(summary) {
      if (!onDraft || isOver) return;
      next = summary;
      plan();
    },
    [Symbol.dispose]() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** The first summary loads the profiles of the languages: 80 ms and 16 MB that a start need not pay (`bench/start`). */
async function spokenLanguage({ segments, language }: SummaryRequest['source']): Promise<string> {
  const { languageOf } = await import('./language.ts');
  return languageOf(segments.map(({ text }) => text).join(' '), language);
}
