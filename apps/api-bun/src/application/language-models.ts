import { DestilaError, MODEL_PROVIDERS, type ModelProvider, readModelChoice } from '@destila/contracts';
import type { Config } from '../config.ts';
import { asUser } from '../database/as-user.ts';
import type { Database } from '../database/database.ts';
import { readUserSettings } from '../database/user-settings.ts';
import type { SummarizerFor } from '../stages/summarize.ts';
import { createOllamaFinder, OLLAMA_URL, ollamaRoot } from '../summarization/find-ollama.ts';
import { chosenModel, type ModelConfig, type PersonalModels } from '../summarization/language-model.ts';
import type { ModelFetch } from '../summarization/model-fetch.ts';
import { chooseSummarizer, type Summarizer } from '../summarization/summarizer.ts';
import type { Secrets } from './secrets.ts';

/** Who writes the summaries: what the installation is configured with, and what each person chose. */
export interface LanguageModels {
  readonly config: ModelConfig;
  /** Whether the people here run the installation: they may use its keys and the servers of its network. */
  readonly isOperated: boolean;
  /** Whether servers on this machine and its network may be entered. */
  readonly allowsPrivateServers: boolean;
  readonly summarizerFor: SummarizerFor;
  /** What would write for this person, also when it cannot be had as it is. */
  nameFor(userId: string): Promise<string>;
  /** What writes for whoever chooses nothing. */
  installed(): Promise<Summarizer>;
  /** The choice of a person's settings, with this model instead of theirs where one is named. */
  choiceOf(userId: string, model?: string): Promise<PersonalChoice>;
  /**
   * Configuration and choice that `chooseSummarizer` takes. With `auto` and no key, a running Ollama is looked for.
   * @throws {DestilaError} `secret_unreadable`
   */
  settle(userId: string, choice: PersonalChoice): Promise<[config: ModelConfig, personal: PersonalModels]>;
}

/** As a person's settings have it. */
export interface PersonalChoice {
  llm: string | null;
  baseUrl: string | null;
}

interface Options {
  config: ModelConfig & Pick<Config, 'SUPABASE_JWT_SECRET' | 'ALLOW_PRIVATE_NETWORK'>;
  database: Database;
  secrets: Secrets;
  /** `fetch` through the guard. */
  fetchService: ModelFetch;
}

/** @throws {ConfigError} when `LLM` cannot be had as configured */
export function createLanguageModels({ config, database, secrets, fetchService }: Options): LanguageModels {
  chooseSummarizer(config);
  const isOperated = config.SUPABASE_JWT_SECRET === undefined;
  const allowsPrivateServers = isOperated || config.ALLOW_PRIVATE_NETWORK;
  const ollama = ollamaRoot((config.LLM === 'auto' && config.LLM_BASE_URL) || OLLAMA_URL);
  const findOllama = createOllamaFinder(ollama);

  const withOllama = async (): Promise<ModelConfig> => {
    const model = await findOllama();
    return { ...config, LLM: model ? `ollama:${model}` : 'extractive', LLM_BASE_URL: ollama };
  };
  const personal = async (userId: string, { llm, baseUrl }: PersonalChoice): Promise<PersonalModels> => ({
    llm,
    baseUrl,
    keys: await readKeys(secrets, userId, llm ?? config.LLM),
    isOperator: isOperated,
    fetch: allowsPrivateServers ? fetch : fetchService,
  });
  const settle: LanguageModels['settle'] = async (userId, choice) => {
    const own = await personal(userId, choice);
    if (chosenModel(config, own) !== 'auto') return [config, own];
    const mayLook = isOperated || config.LLM === 'auto';
    const found = mayLook ? await withOllama() : { ...config, LLM: 'extractive' };
    return [found, { ...own, llm: null, baseUrl: null }];
  };
  const choiceOf: LanguageModels['choiceOf'] = async (userId, model) => {
    const { llm, llm_base_url: baseUrl } = await asUser(database, userId, readUserSettings);
    // The address in the settings is that of the provider chosen there.
    const provider = readModelChoice(llm ?? 'auto')?.provider;
    const isThere = provider !== undefined && readModelChoice(model ?? llm ?? 'auto')?.provider === provider;
    return { llm: model ?? llm, baseUrl: isThere ? baseUrl : null };
  };
  return {
    config,
    isOperated,
    allowsPrivateServers,
    choiceOf,
    settle,
    async installed() {
      return chooseSummarizer(chosenModel(config) === 'auto' ? await withOllama() : config);
    },
    async nameFor(userId) {
      const choice = await choiceOf(userId);
      const named = choice.llm ?? config.LLM;
      if (named !== 'auto') return named;
      const settled = await settle(userId, choice).catch(unlessUnreadable);
      return settled ? chooseSummarizer(...settled).name : named;
    },
    async summarizerFor({ user_id, options }) {
      const choice = await choiceOf(user_id, options.model);
      return chooseSummarizer(...(await settle(user_id, choice)));
    },
  };
}

function unlessUnreadable(error: unknown): null {
  if (error instanceof DestilaError) return null;
  throw error;
}

/** What a provider's key is called among a person's secrets. */
export function secretOf(provider: ModelProvider): string {
  return `llm.${provider}`;
}

/** The keys that this choice may need, so that one that cannot be read stands in the way of no other provider. */
async function readKeys(secrets: Secrets, userId: string, llm: string): Promise<PersonalModels['keys']> {
  const chosen = readModelChoice(llm)?.provider;
  const providers = chosen ? [chosen] : llm === 'extractive' ? [] : MODEL_PROVIDERS;
  const values = await secrets.getAll(userId, providers.map(secretOf));
  return Object.fromEntries(
    providers.flatMap((provider) => {
      const value = values[secretOf(provider)];
      return value === undefined ? [] : [[provider, value]];
    }),
  );
}
