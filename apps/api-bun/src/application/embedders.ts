import { type ModelProvider, readModelChoice } from '@destila/contracts';
import { type Config, ConfigError } from '../config.ts';
import type { Embedder } from '../search/embedder.ts';
import type { EmbeddingProvider } from '../search/hosted-embedder.ts';
import { offlineEmbedder } from '../search/offline-embedder.ts';
import { createOllamaFinder, type FindOllama, ollamaRoot, suitableEmbedder } from '../summarization/find-ollama.ts';
import { chosenModel, installationKeys, type ModelServer, serverFor } from '../summarization/language-model.ts';
import { modelFetch } from '../summarization/model-fetch.ts';
import type { LanguageModels } from './language-models.ts';

/** What makes vectors of notes, so that they are found by meaning: as the installation says, or as a person's summaries are made. */
export interface Embedders extends Disposable {
  /** Null where search knows words alone. @throws {DestilaError} `secret_unreadable` */
  embedderFor(userId: string): Promise<Embedder | null>;
  /** The one that has made a person's vectors, to ask it again; null when it cannot be had any more. */
  named(userId: string, name: string): Promise<Embedder | null>;
}

interface Options {
  config: Config;
  models: LanguageModels;
  /** Whether the database knows vectors. */
  knowsVectors: boolean;
}

/** What each company reads best with, at the least price. Anthropic has no such model. */
const USUAL: Partial<Record<ModelProvider, string>> = {
  openai: 'text-embedding-3-small',
  google: 'gemini-embedding-001',
};

/** @throws {ConfigError} when `EMBEDDINGS` cannot be had as configured */
export function createEmbedders({ config, models, knowsVectors }: Options): Embedders {
  const offline = offlineEmbedder();
  const configured = configuredEmbedder(config);
  const ollamas = new Map<string, FindOllama>();

  /** Ollama has the models that somebody fetched for it. */
  const ollamaModel = ({ baseURL }: ModelServer) => {
    const root = ollamaRoot(baseURL);
    const find = ollamas.get(root) ?? createOllamaFinder(root, undefined, suitableEmbedder);
    ollamas.set(root, find);
    return find();
  };
  /** The person's, of the company or the server that writes their summaries. */
  const personal = async (userId: string): Promise<Embedder> => {
    const settled = await models.settle(userId, await models.choiceOf(userId));
    const provider = readModelChoice(chosenModel(...settled))?.provider;
    const server = provider && serverFor(provider, ...settled);
    if (!server || !isEmbeddingProvider(provider)) return offline;
    const modelId = provider === 'ollama' ? await ollamaModel(server) : USUAL[provider];
    return modelId ? open(provider, modelId, server) : offline;
  };
  const embedderFor = async (userId: string) => {
    if (!knowsVectors || config.EMBEDDINGS === 'off') return null;
    if (config.EMBEDDINGS === 'offline') return offline;
    return configured ? open(configured.provider, configured.modelId, configured.server) : personal(userId);
  };
  return {
    embedderFor,
    async named(userId, name) {
      const current = await embedderFor(userId);
      if (current === null || current.name === name) return current;
      if (name === offline.name) return offline;
      const choice = readModelChoice(name);
      if (!choice || !isEmbeddingProvider(choice.provider)) return null;
      const settled = await models.settle(userId, await models.choiceOf(userId));
      const server = serverFor(choice.provider, ...settled);
      return server && open(choice.provider, choice.model, server);
    },
    [Symbol.dispose]: () => offline[Symbol.dispose](),
  };
}

/** The providers' libraries are loaded when the first of them is needed. */
async function open(provider: EmbeddingProvider, modelId: string, server: ModelServer): Promise<Embedder> {
  const { hostedEmbedder } = await import('../search/hosted-embedder.ts');
  return hostedEmbedder(provider, modelId, server);
}

function isEmbeddingProvider(provider: ModelProvider | undefined): provider is EmbeddingProvider {
  return provider !== undefined && provider !== 'anthropic';
}

/** `EMBEDDINGS=provider:model`; null for `auto`, `off` and `offline`. */
function configuredEmbedder(config: Config) {
  const choice = readModelChoice(config.EMBEDDINGS);
  if (!choice || !isEmbeddingProvider(choice.provider)) return null;
  const { provider, model: modelId } = choice;
  const server = configuredServer(config, provider);
  if (!server) throw new ConfigError([`EMBEDDINGS=${config.EMBEDDINGS} needs its key, or EMBEDDINGS_BASE_URL`]);
  return { provider, modelId, server };
}

function configuredServer(config: Config, provider: EmbeddingProvider): ModelServer | null {
  if (!config.EMBEDDINGS_BASE_URL) return serverFor(provider, config);
  const key = installationKeys(config)[provider];
  const baseURL = config.EMBEDDINGS_BASE_URL.replace(/\/+$/, '');
  return { baseURL, key, fetch: modelFetch({ key, timeout: config.LLM_TIMEOUT, through: fetch }) };
}
