import type { Segment } from '@destila/contracts';
import type { ModelConfig } from '../apps/api-bun/src/summarization/language-model.ts';
import type { KeptParts } from '../apps/api-bun/src/summarization/model-calls.ts';
import {
  chooseSummarizer,
  type Summarizer,
  type SummaryRequest,
} from '../apps/api-bun/src/summarization/summarizer.ts';
import { type Answer, type LlmServer, type Script, startLlmServer } from './fakes/llm-server.ts';

/** A summarizer whose model is a scripted one on loopback. */
export interface ScriptedSummarizer extends AsyncDisposable {
  readonly server: LlmServer;
  readonly summarizer: Summarizer;
}

export function scriptedSummarizer(script: Answer[] | Script, changes: Partial<ModelConfig> = {}): ScriptedSummarizer {
  const server = startLlmServer(script);
  const summarizer = chooseSummarizer({
    LLM: 'openai-compatible:test-model',
    LLM_BASE_URL: server.baseUrl,
    LLM_TIMEOUT: 60,
    LLM_PARALLEL: 3,
    LLM_TOKEN_BUDGET: 0,
    OPENAI_API_KEY: 'sk-test',
    ANTHROPIC_API_KEY: undefined,
    GOOGLE_GENERATIVE_AI_API_KEY: undefined,
    ...changes,
  });
  return { server, summarizer, [Symbol.asyncDispose]: () => server.stop() };
}

export function requestFor(segments: Segment[], changes: Partial<SummaryRequest> = {}): SummaryRequest {
  return {
    job: { id: 'a', url: 'https://video.example/bread.mp4' },
    source: { title: null, chapters: [], segments, language: 'en' },
    prompt: null,
    template: null,
    outputLanguage: null,
    knownTags: [],
    signal: AbortSignal.timeout(50_000),
    parts: keptParts(),
    onProgress: () => {},
    ...changes,
  };
}

/** Parts that outlive a summary that fails, as those of a job do. */
export function keptParts(): KeptParts & { readonly keys: string[] } {
  const kept = new Map<string, unknown>();
  return {
    read: async () => new Map(kept),
    async keep(key, output) {
      kept.set(key, JSON.parse(JSON.stringify(output)));
    },
    get keys() {
      return [...kept.keys()];
    },
  };
}

/** A talk of so many lines of five seconds each: enough words to tell the language by, none of them said twice. */
export function talk(lines: number): Segment[] {
  return Array.from({ length: lines }, (_, id) => ({
    id,
    start: id * 5,
    end: id * 5 + 5,
    text: `In sentence number ${id} the speaker explains a thing of about this length.`,
  }));
}
