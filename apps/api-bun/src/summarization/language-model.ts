import type { LanguageModel } from 'ai';
import { type Config, ConfigError } from '../config.ts';

/** A configured language model. */
export interface ConfiguredModel {
  /** `provider:model`, as it is shown to people. */
  name: string;
  /** Loads the provider's library, which takes memory and time that those without a model should not pay. */
  load(): Promise<LanguageModel>;
  /** Characters of transcript in one call. */
  characterBudget: number;
}

type ModelConfig = Pick<
  Config,
  'LLM' | 'LLM_BASE_URL' | 'OPENAI_API_KEY' | 'ANTHROPIC_API_KEY' | 'GOOGLE_GENERATIVE_AI_API_KEY'
>;

/**
 * The model that `LLM` names, or with `auto` one for which there is a key; null when summaries are to be extracts.
 * @throws {ConfigError} when `LLM` names no known provider, or its key or address is missing.
 */
export function configuredModel(config: ModelConfig): ConfiguredModel | null {
  const choice = config.LLM === 'auto' ? automaticChoice(config) : config.LLM;
  if (choice === 'extractive') return null;
  const [, provider = '', modelId = ''] = /^([^:]+):(.+)$/.exec(choice) ?? [];
  const open = Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined;
  if (!open) throw wrong(`LLM is ${choice}; it should be auto, extractive or provider:model (${KNOWN_PROVIDERS})`);
  return { name: choice, ...open(config, modelId) };
}

/** Small and quick models, which are good enough to summarise; `LLM` names any other. */
function automaticChoice(config: ModelConfig): string {
  if (config.ANTHROPIC_API_KEY) return 'anthropic:claude-haiku-5-5';
  if (config.OPENAI_API_KEY) return 'openai:gpt-5.4-mini';
  if (config.GOOGLE_GENERATIVE_AI_API_KEY) return 'google:gemini-flash-latest';
  return 'extractive';
}

/** The large providers' models read 200,000 tokens and more; a local server often has set its own to few thousand. */
const LARGE = 240_000;
const SMALL = 24_000;
/** Ollama's own port (docs.ollama.com, OpenAI compatibility). */
const OLLAMA_URL = 'http://127.0.0.1:11434/v1';

type OpenProvider = (config: ModelConfig, modelId: string) => Omit<ConfiguredModel, 'name'>;

const PROVIDERS: Record<string, OpenProvider> = {
  openai(config, modelId) {
    const settings = { apiKey: required(config, 'OPENAI_API_KEY'), baseURL: config.LLM_BASE_URL };
    const load = async () => (await import('@ai-sdk/openai')).createOpenAI(settings)(modelId);
    return { load, characterBudget: LARGE };
  },
  anthropic(config, modelId) {
    const settings = { apiKey: required(config, 'ANTHROPIC_API_KEY'), baseURL: config.LLM_BASE_URL };
    const load = async () => (await import('@ai-sdk/anthropic')).createAnthropic(settings)(modelId);
    return { load, characterBudget: LARGE };
  },
  google(config, modelId) {
    const settings = { apiKey: required(config, 'GOOGLE_GENERATIVE_AI_API_KEY'), baseURL: config.LLM_BASE_URL };
    const load = async () => (await import('@ai-sdk/google')).createGoogle(settings)(modelId);
    return { load, characterBudget: LARGE };
  },
  ollama(config, modelId) {
    return compatible({ name: 'ollama', baseURL: config.LLM_BASE_URL ?? OLLAMA_URL }, modelId);
  },
  'openai-compatible'(config, modelId) {
    const settings = { baseURL: required(config, 'LLM_BASE_URL'), apiKey: config.OPENAI_API_KEY };
    return compatible({ name: 'openai-compatible', ...settings }, modelId);
  },
};
const KNOWN_PROVIDERS = Object.keys(PROVIDERS).join(', ');

function compatible(settings: { name: string; baseURL: string; apiKey?: string | undefined }, modelId: string) {
  const load = async () => {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    // Without this the schema would not be sent.
    return createOpenAICompatible({ ...settings, supportsStructuredOutputs: true })(modelId);
  };
  return { load, characterBudget: SMALL };
}

function required(config: ModelConfig, name: Exclude<keyof ModelConfig, 'LLM'>): string {
  const value = config[name];
  if (value === undefined) throw wrong(`LLM=${config.LLM} needs ${name}`);
  return value;
}

function wrong(problem: string): ConfigError {
  return new ConfigError([problem]);
}
