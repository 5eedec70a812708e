import { DestilaError, MODEL_PROVIDERS, type ModelProvider, readModelChoice } from '@destila/contracts';
import type { LanguageModel } from 'ai';
import { type Config, ConfigError } from '../config.ts';
import { OLLAMA_URL, ollamaRoot } from './find-ollama.ts';
import { type ModelFetch, modelFetch } from './model-fetch.ts';

/** A configured language model. */
export interface ConfiguredModel {
  /** `provider:model`, as it is shown to people. */
  name: string;
  /** Loads the provider's library, which takes memory and time that those without a model should not pay. */
  load(): Promise<LanguageModel>;
  /** Characters of transcript in one call. */
  characterBudget: number;
  /** What answers, at no cost, when the address, the key and the model are right. */
  probe: ModelProbe;
  /** Where its server says which models it has. */
  listUrl: string;
}

/** A GET of OpenAI's `/models` and its like: the page of the model itself, or the list it should be in. */
export interface ModelProbe {
  url: string;
  headers: Record<string, string>;
  answers: 'the model' | 'a list';
  modelId: string;
  /** What asks; the usual `fetch` without it. */
  fetch?: ModelFetch;
}

export type ModelConfig = Pick<
  Config,
  | 'LLM'
  | 'LLM_BASE_URL'
  | 'LLM_TIMEOUT'
  | 'LLM_PARALLEL'
  | 'LLM_TOKEN_BUDGET'
  | 'OPENAI_API_KEY'
  | 'ANTHROPIC_API_KEY'
  | 'GOOGLE_GENERATIVE_AI_API_KEY'
>;

/** What a person chose and entered; the installation's own serves where they did not. */
export interface PersonalModels {
  /** As `LLM`; null: what the installation is configured with. */
  llm: string | null;
  /** Where the server of `llm` is, entered by the person. */
  baseUrl: string | null;
  keys: ModelKeys;
  /** Whether they run the installation, whose keys and servers then serve any choice of theirs. */
  isOperator: boolean;
  /** What reaches `baseUrl`. */
  fetch: ModelFetch;
}

export type ModelKeys = Partial<Record<ModelProvider, string>>;

/**
 * The model that `LLM` names, or what the person chose, or with `auto` one for which there is a key; null when summaries are
 * to be extracts.
 * @throws {ConfigError} when `LLM` names no known provider, or its key or address is missing
 * @throws {DestilaError} `llm_not_configured` for the choice of a person
 */
export function configuredModel(config: ModelConfig, personal?: PersonalModels): ConfiguredModel | null {
  if (personal) return openModel(personalAccess(config, personal), config);
  try {
    return openModel(installationAccess(config), config);
  } catch (error) {
    if (error instanceof DestilaError && error.detail) throw new ConfigError([error.detail]);
    throw error;
  }
}

/** The name of what `configuredModel` gives; `auto` when there is no key, so that it depends on what runs. */
export function chosenModel(config: ModelConfig, personal?: PersonalModels): string {
  return (personal ? personalAccess(config, personal) : installationAccess(config)).llm;
}

/** A provider's server, for what it does besides writing. */
export interface ModelServer {
  /** Without a slash at the end. */
  baseURL: string;
  key: string | undefined;
  fetch: ModelFetch;
}

/** Where a provider is asked, and with whose key; null where its key or its address is missing. */
export function serverFor(provider: ModelProvider, config: ModelConfig, personal?: PersonalModels): ModelServer | null {
  const access = personal ? personalAccess(config, personal) : installationAccess(config);
  const isChosen = readModelChoice(access.llm)?.provider === provider;
  try {
    const server = serverOf(provider, isChosen ? access : { ...access, baseUrl: undefined });
    const key = access.keys[provider];
    return {
      baseURL: server.baseURL,
      key,
      fetch: modelFetch({ key, timeout: config.LLM_TIMEOUT, through: access.fetch }),
    };
  } catch (error) {
    if (error instanceof DestilaError) return null;
    throw error;
  }
}

/** Where a model is asked for, and with what. */
interface ModelAccess {
  llm: string;
  baseUrl: string | undefined;
  keys: ModelKeys;
  /** Whether the servers of this machine may be used without being named. */
  localServers: boolean;
  fetch: ModelFetch;
}

function installationAccess(config: ModelConfig): ModelAccess {
  const keys = installationKeys(config);
  const llm = config.LLM === 'auto' ? (automaticChoice(keys) ?? 'auto') : config.LLM;
  return { llm, baseUrl: config.LLM_BASE_URL, keys, localServers: true, fetch };
}

/**
 * The installation's keys are for its own model, and for any that its operator chooses; none of them goes to an address that
 * somebody entered in the settings.
 */
function personalAccess(config: ModelConfig, personal: PersonalModels): ModelAccess {
  const installation = installationAccess(config);
  const llm = personal.llm ?? config.LLM;
  if (llm === config.LLM && personal.baseUrl === null) {
    const own = llm === 'auto' ? automaticChoice(personal.keys) : undefined;
    return { ...installation, llm: own ?? installation.llm, keys: { ...installation.keys, ...personal.keys } };
  }
  const isInherited = personal.isOperator && personal.baseUrl === null;
  const keys = { ...(isInherited && installation.keys), ...personal.keys };
  const isSameProvider = readModelChoice(llm)?.provider === readModelChoice(config.LLM)?.provider;
  return {
    llm: llm === 'auto' ? (automaticChoice(personal.keys) ?? automaticChoice(keys) ?? 'auto') : llm,
    baseUrl: personal.baseUrl ?? (isInherited && isSameProvider ? config.LLM_BASE_URL : undefined),
    keys,
    localServers: personal.isOperator,
    fetch: personal.baseUrl === null ? fetch : personal.fetch,
  };
}

/** The keys of the environment. What speaks OpenAI's API at another address takes a key of the same form. */
export function installationKeys(config: ModelConfig): ModelKeys {
  return {
    openai: config.OPENAI_API_KEY,
    anthropic: config.ANTHROPIC_API_KEY,
    google: config.GOOGLE_GENERATIVE_AI_API_KEY,
    'openai-compatible': config.OPENAI_API_KEY,
  };
}

/** Small and quick models, which are good enough to summarise; any other is chosen by name. */
function automaticChoice(keys: ModelKeys): string | undefined {
  if (keys.anthropic) return 'anthropic:claude-haiku-5-5';
  if (keys.openai) return 'openai:gpt-5.4-mini';
  if (keys.google) return 'google:gemini-flash-latest';
  return undefined;
}

function openModel(access: ModelAccess, { LLM_TIMEOUT: timeout }: ModelConfig): ConfiguredModel | null {
  if (access.llm === 'extractive' || access.llm === 'auto') return null;
  const choice = readModelChoice(access.llm);
  if (!choice?.model) {
    const known = MODEL_PROVIDERS.join(', ');
    throw missing(`LLM is ${access.llm}; it should be auto, extractive or provider:model (${known})`);
  }
  const key = access.keys[choice.provider];
  const server = serverOf(choice.provider, access);
  const door = modelFetch({ key, timeout, through: access.fetch });
  const opened = PROVIDERS[choice.provider]({ ...server, key, modelId: choice.model, fetch: door });
  return { name: access.llm, ...opened, probe: { ...opened.probe, fetch: access.fetch } };
}

/** The address of a provider's models. @throws {DestilaError} `llm_not_configured` */
function serverOf(provider: ModelProvider, access: ModelAccess): { baseURL: string; isOwnAddress: boolean } {
  const needed = KEY_VARIABLES[provider];
  if (needed && !access.keys[provider]) throw missing(`LLM=${access.llm} needs ${needed}`);
  const usual = provider === 'ollama' && !access.localServers ? undefined : ADDRESSES[provider];
  const baseURL = access.baseUrl ?? usual;
  if (!baseURL) throw missing(`LLM=${access.llm} needs LLM_BASE_URL`);
  return { baseURL: baseURL.replace(/\/+$/, ''), isOwnAddress: access.baseUrl === undefined };
}

function missing(detail: string): DestilaError {
  return new DestilaError('llm_not_configured', { detail });
}

const ADDRESSES: Partial<Record<ModelProvider, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
  ollama: OLLAMA_URL,
};
const KEY_VARIABLES: Partial<Record<ModelProvider, string>> = {
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
};

/** The large providers' models read 200,000 tokens and more; a local server often has set its own to few thousand. */
const LARGE = 240_000;
const SMALL = 24_000;

interface OpenOptions {
  baseURL: string;
  /** Whether it is the provider's own, which has a page for each model; others have the list. */
  isOwnAddress: boolean;
  key: string | undefined;
  modelId: string;
  fetch: ModelFetch;
}
type OpenProvider = (options: OpenOptions) => Omit<ConfiguredModel, 'name'>;

const PROVIDERS: Record<ModelProvider, OpenProvider> = {
  /**
   * The Responses API, which OpenAI recommends over chat completions: its reasoning models do better with it. Unlike those it
   * keeps what it is sent, unless it is told not to (developers.openai.com, migrate-to-responses).
   */
  openai({ key: apiKey = '', modelId, ...options }) {
    const load = async () => {
      const { createOpenAI } = await import('@ai-sdk/openai');
      const { defaultSettingsMiddleware, wrapLanguageModel } = await import('ai');
      const model = createOpenAI({ apiKey, baseURL: options.baseURL, fetch: options.fetch }).responses(modelId);
      const settings = { providerOptions: { openai: { store: false } } };
      return wrapLanguageModel({ model, middleware: defaultSettingsMiddleware({ settings }) });
    };
    const listUrl = `${options.baseURL}/models`;
    return { load, characterBudget: LARGE, probe: probeOf(options, modelId, bearer(apiKey)), listUrl };
  },
  anthropic({ key: apiKey = '', modelId, ...options }) {
    const load = async () => {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return createAnthropic({ apiKey, baseURL: options.baseURL, fetch: options.fetch })(modelId);
    };
    const headers = { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' };
    const listUrl = `${options.baseURL}/models?limit=1000`;
    return { load, characterBudget: LARGE, probe: probeOf(options, modelId, headers), listUrl };
  },
  google({ key: apiKey = '', modelId, ...options }) {
    const load = async () => {
      const { createGoogle } = await import('@ai-sdk/google');
      return createGoogle({ apiKey, baseURL: options.baseURL, fetch: options.fetch })(modelId);
    };
    const probe = probeOf(options, modelId, { 'x-goog-api-key': apiKey });
    return { load, characterBudget: LARGE, probe, listUrl: `${options.baseURL}/models?pageSize=1000` };
  },
  ollama({ key, modelId, baseURL, fetch }) {
    const root = ollamaRoot(baseURL);
    const headers = bearer(key);
    const load = async () => (await import('./ollama-model.ts')).ollamaModel({ root, modelId, headers, fetch });
    const probe: ModelProbe = { url: `${root}/v1/models`, headers, answers: 'a list', modelId };
    return { load, characterBudget: SMALL, probe, listUrl: probe.url };
  },
  'openai-compatible'({ key, modelId, baseURL, fetch }) {
    const load = async () => {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      const { wrapLanguageModel } = await import('ai');
      const { schemaFallback } = await import('./schema-fallback.ts');
      // Without this the schema would not be sent.
      const settings = {
        name: 'openai-compatible',
        baseURL,
        fetch,
        supportsStructuredOutputs: true,
        includeUsage: true,
      };
      const model = createOpenAICompatible({ ...settings, ...(key && { apiKey: key }) })(modelId);
      return wrapLanguageModel({ model, middleware: schemaFallback() });
    };
    const probe: ModelProbe = { url: `${baseURL}/models`, headers: bearer(key), answers: 'a list', modelId };
    return { load, characterBudget: SMALL, probe, listUrl: probe.url };
  },
};

function bearer(key: string | undefined): ModelProbe['headers'] {
  return key ? { authorization: `Bearer ${key}` } : {};
}

function probeOf(
  { baseURL, isOwnAddress }: Pick<OpenOptions, 'baseURL' | 'isOwnAddress'>,
  modelId: string,
  headers: ModelProbe['headers'],
): ModelProbe {
  if (!isOwnAddress) return { url: `${baseURL}/models`, headers, answers: 'a list', modelId };
  return { url: `${baseURL}/models/${encodeURIComponent(modelId)}`, headers, answers: 'the model', modelId };
}
