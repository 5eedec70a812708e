import { type ModelProvider, READ_HERE, readModelChoice } from '@destila/contracts';
import { type Config, ConfigError } from '../config.ts';
import { asUser } from '../database/as-user.ts';
import type { Database } from '../database/database.ts';
import { readUserSettings } from '../database/user-settings.ts';
import type { Embedder } from '../search/embedder.ts';
import type { EmbeddingProvider } from '../search/hosted-embedder.ts';
import { offlineEmbedder } from '../search/offline-embedder.ts';
import { createOllamaFinder, type FindOllama, ollamaRoot, suitableEmbedder } from '../summarization/find-ollama.ts';
import { chosenModel, installationKeys, type ModelServer, serverFor } from '../summarization/language-model.ts';
import { modelFetch } from '../summarization/model-fetch.ts';
import type { LanguageModels } from './language-models.ts';

/** What makes vectors of notes, so that they are found by meaning: as the installation says, or as a person's summaries are made. */
export interface Embedders extends Disposable {
  /**
   * What may read a person's notes: one on another machine only where they agreed to it, else the one on this machine. Null
   * where search knows words alone. @throws {DestilaError} `secret_unreadable`
   */
  embedderFor(userId: string): Promise<Embedder | null>;
  /** The host outside this machine that would read them if the person agreed; null where none would. @throws as `embedderFor` */
  outsideFor(userId: string): Promise<string | null>;
  /** The one that has made a person's vectors, to ask it again; null when it cannot be had any more. */
  named(userId: string, name: string): Promise<Embedder | null>;
}

interface Options {
  config: Config;
  models: LanguageModels;
  database: Database;
  /** Whether the database knows vectors. */
  knowsVectors: boolean;
}

/** What each company reads best with, at the least price. Anthropic has no such model. */
const USUAL: Partial<Record<ModelProvider, string>> = {
  openai: 'text-embedding-3-small',
  google: 'gemini-embedding-001',
};

/** @throws {ConfigError} when `EMBEDDINGS` cannot be had as configured */
export function createEmbedders({ config, models, database, knowsVectors }: Options): Embedders {
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
  const personal = async (userId: string): Promise<Hosted | null> => {
    const settled = await models.settle(userId, await models.choiceOf(userId));
    const provider = readModelChoice(chosenModel(...settled))?.provider;
    const server = provider && serverFor(provider, ...settled);
    if (!server || !isEmbeddingProvider(provider)) return null;
    const modelId = provider === 'ollama' ? await ollamaModel(server) : USUAL[provider];
    return modelId ? { provider, modelId, server } : null;
  };
  const hostedFor = async (userId: string): Promise<Hosted | null> => {
    if (!knowsVectors || config.EMBEDDINGS === 'off' || config.EMBEDDINGS === 'offline') return null;
    return configured ?? personal(userId);
  };
  const answerOf = async (userId: string) => (await asUser(database, userId, readUserSettings)).index_reader;
  /** The installation's for notes, or with the keys of what the person uses now, else with their own for that provider. */
  const serverOf = async (userId: string, provider: EmbeddingProvider, name: string) => {
    if (configured?.provider === provider) return configured.server;
    const server = serverFor(provider, ...(await models.settle(userId, await models.choiceOf(userId))));
    return server ?? serverFor(provider, ...(await models.settle(userId, await models.choiceOf(userId, name))));
  };
  const embedderFor = async (userId: string) => {
    if (!knowsVectors || config.EMBEDDINGS === 'off') return null;
    const hosted = await hostedFor(userId);
    const host = hosted && outsideHost(hosted.server);
    return hosted && (host === null || (await answerOf(userId)) === host) ? open(hosted) : offline;
  };
  return {
    embedderFor,
    async outsideFor(userId) {
      const hosted = await hostedFor(userId);
      return hosted && outsideHost(hosted.server);
    },
    async named(userId, name) {
      const current = await embedderFor(userId);
      if (current === null || current.name === name) return current;
      if (name === offline.name) return offline;
      const choice = readModelChoice(name);
      if (!choice || !isEmbeddingProvider(choice.provider)) return null;
      const server = await serverOf(userId, choice.provider, name);
      if (!server || (outsideHost(server) !== null && (await answerOf(userId)) === READ_HERE)) return null;
      return open({ provider: choice.provider, modelId: choice.model, server });
    },
    [Symbol.dispose]: () => offline[Symbol.dispose](),
  };
}

/** A model of a server. */
interface Hosted {
  provider: EmbeddingProvider;
  modelId: string;
  server: ModelServer;
}

const THIS_MACHINE = /^(localhost|127(\.\d+){3}|\[::1\]|host\.docker\.internal)$/;

/** Where texts for a server go; null where they stay on this machine. */
function outsideHost({ baseURL }: ModelServer): string | null {
  const { hostname, host } = new URL(baseURL);
  return THIS_MACHINE.test(hostname) ? null : host;
}

/** The providers' libraries are loaded when the first of them is needed. */
async function open({ provider, modelId, server }: Hosted): Promise<Embedder> {
  const { hostedEmbedder } = await import('../search/hosted-embedder.ts');
  return hostedEmbedder(provider, modelId, server);
}

function isEmbeddingProvider(provider: ModelProvider | undefined): provider is EmbeddingProvider {
  return provider !== undefined && provider !== 'anthropic';
}

/** `EMBEDDINGS=provider:model`; null for `auto`, `off` and `offline`. */
function configuredEmbedder(config: Config): Hosted | null {
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
