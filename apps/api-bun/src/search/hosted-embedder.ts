import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { DestilaError } from '@destila/contracts';
import { type EmbeddingModel, embedMany } from 'ai';
import { z } from 'zod';
import { modelError } from '../summarization/ask-model.ts';
import { ollamaRoot } from '../summarization/find-ollama.ts';
import type { ModelServer } from '../summarization/language-model.ts';
import type { ModelFetch } from '../summarization/model-fetch.ts';
import { type Embedder, prefixed } from './embedder.ts';

export type EmbeddingProvider = 'openai' | 'google' | 'ollama' | 'openai-compatible';

/** Google's own, of 3,072 numbers, can be cut: with 768 it finds as well (ai.google.dev, embeddings). */
const GOOGLE_DIMENSIONS = 768;
/** Requests at once. */
const PARALLEL = 4;
/** Numbers that an index holds of a vector at most (pgvector's README, HNSW, half precision). */
const MOST_DIMENSIONS = 4_000;

/** A model of a server: of a company's, or of one that speaks OpenAI's `/v1/embeddings`, as Ollama does. */
export function hostedEmbedder(provider: EmbeddingProvider, modelId: string, server: ModelServer): Embedder {
  const model = openModel(provider, modelId, server);
  return {
    name: `${provider}:${modelId}`,
    languages: null,
    farthest: 2,
    async embed(texts, purpose, signal) {
      const taskType = purpose === 'query' ? 'RETRIEVAL_QUERY' : 'RETRIEVAL_DOCUMENT';
      try {
        const { embeddings } = await embedMany({
          model,
          values: prefixed(modelId, texts, purpose),
          maxParallelCalls: PARALLEL,
          // The queue retries, with its own patience and where the person can see it.
          maxRetries: 0,
          abortSignal: signal,
          ...(provider === 'google' && { dimensions: GOOGLE_DIMENSIONS, providerOptions: { google: { taskType } } }),
        });
        return checked(embeddings);
      } catch (error) {
        signal.throwIfAborted();
        throw modelError(error);
      }
    },
  };
}

/** Of length 1, as half precision wants them; a text that says nothing stays without a direction. */
function checked(vectors: readonly number[][]): number[][] {
  const dimension = vectors[0]?.length ?? 0;
  if (vectors.some(({ length }) => length !== dimension)) {
    throw new DestilaError('llm_failed', { detail: 'the vectors differ in their dimension' });
  }
  if (dimension < 1 || dimension > MOST_DIMENSIONS) {
    throw new DestilaError('llm_rejected', { detail: `vectors of ${dimension} numbers cannot be kept` });
  }
  return vectors.map((vector) => {
    const length = Math.hypot(...vector) || 1;
    return vector.map((part) => part / length);
  });
}

function openModel(provider: EmbeddingProvider, modelId: string, { baseURL, key, fetch }: ModelServer): EmbeddingModel {
  switch (provider) {
    case 'openai':
      return createOpenAI({ apiKey: key ?? '', baseURL, fetch: inOrder(fetch) }).embedding(modelId);
    case 'google':
      return createGoogle({ apiKey: key ?? '', baseURL, fetch }).embedding(modelId);
    case 'ollama':
      return compatible(`${ollamaRoot(baseURL)}/v1`);
    case 'openai-compatible':
      return compatible(baseURL);
  }
  function compatible(url: string): EmbeddingModel {
    return createOpenAICompatible({
      name: provider,
      baseURL: url,
      fetch: inOrder(fetch),
      ...(key && { apiKey: key }),
    }).embeddingModel(modelId);
  }
}

const indexedSchema = z.looseObject({ data: z.array(z.looseObject({ index: z.number() })) });

/** The library takes vectors as they come; in OpenAI's API each says by its `index` which text it is of. */
function inOrder(fetch: ModelFetch): ModelFetch {
  const ask = async (input: string | URL | Request, init?: RequestInit) => {
    const response = await fetch(input, init);
    if (!response.ok) return response;
    const { status, headers } = response;
    const text = await response.text();
    const answer = indexedSchema.safeParse(parsed(text));
    if (!answer.success) return new Response(text, { status, headers });
    const data = answer.data.data.toSorted((a, b) => a.index - b.index);
    return Response.json({ ...answer.data, data }, { status });
  };
  return Object.assign(ask, { preconnect: fetch.preconnect });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
