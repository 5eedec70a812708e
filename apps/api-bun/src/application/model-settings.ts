import {
  DestilaError,
  type ErrorCode,
  MODEL_PROVIDERS,
  type ModelChoices,
  type ModelProvider,
  type ModelTestRequest,
} from '@destila/contracts';
import { outsideUrl } from '../media/source-url.ts';
import { configuredModel, installationKeys } from '../summarization/language-model.ts';
import { listModels } from '../summarization/list-models.ts';
import { chooseSummarizer } from '../summarization/summarizer.ts';
import { askForModel } from './checks/language-model.ts';
import { type LanguageModels, secretOf } from './language-models.ts';
import { refreshIndex } from './refresh-index.ts';
import type { Services } from './services.ts';

/** Milliseconds for a server to say what it has. */
const DEADLINE = 10_000;

/** What a person may choose from, and which keys they have entered. */
export async function readModelChoices({ models, secrets }: Services, userId: string): Promise<ModelChoices> {
  const stored = new Map((await secrets.list(userId)).map(({ name, since }) => [name, since]));
  const shared = models.isOperated ? installationKeys(models.config) : {};
  return {
    installation: (await models.installed()).name,
    providers: MODEL_PROVIDERS.map((provider) => ({
      provider,
      key_since: stored.get(secretOf(provider)) ?? null,
      installation_key: shared[provider] !== undefined,
    })),
    keeps_keys: secrets.canKeep,
    private_servers: models.allowsPrivateServers,
  };
}

/** Keeps a key for a provider, instead of the one before. @throws {DestilaError} `secret_key_missing` */
export async function keepModelKey(services: Services, userId: string, provider: ModelProvider, key: string) {
  await services.secrets.set(userId, secretOf(provider), key);
  void refreshIndex(services, userId, { isChanged: true });
}

export function forgetModelKey({ secrets }: Services, userId: string, provider: ModelProvider) {
  return secrets.delete(userId, secretOf(provider));
}

/**
 * The models that a provider's server names.
 * @throws {DestilaError} `llm_not_configured`, `llm_key_refused`, `llm_unreachable`, `secret_unreadable`
 */
export async function listProviderModels(
  { models }: Services,
  userId: string,
  provider: ModelProvider,
): Promise<{ models: string[] }> {
  const choice = await models.choiceOf(userId, `${provider}:any`);
  const model = configuredModel(...(await models.settle(userId, choice)));
  return { models: model ? await listModels(model, AbortSignal.timeout(DEADLINE)) : [] };
}

/**
 * Finds out, at no cost, whether a choice would work: its server answers, takes the key and has the model.
 * @throws {DestilaError} what is wrong: `llm_not_configured`, `llm_key_refused`, `llm_model_unknown`, `llm_unreachable`,
 * `secret_unreadable`, or what `checkModelAddress` says
 */
export async function testModel(
  { models }: Services,
  userId: string,
  { model, base_url }: ModelTestRequest,
): Promise<{ model: string }> {
  if (base_url) checkModelAddress(models, base_url);
  const choice = await models.choiceOf(userId, model);
  const asked = base_url === undefined ? choice : { ...choice, baseUrl: base_url || null };
  const { name, probe } = chooseSummarizer(...(await models.settle(userId, asked)));
  if (!probe) return { model: name };
  const answer = await askForModel(probe, AbortSignal.timeout(DEADLINE)).catch((cause: unknown) => {
    throw cause instanceof DestilaError ? cause : new DestilaError('llm_unreachable', { cause });
  });
  if (answer.is === 'known') return { model: name };
  throw new DestilaError(FAILURES[answer.is]);
}

const FAILURES = {
  unknown: 'llm_model_unknown',
  refused: 'llm_key_refused',
  away: 'llm_unreachable',
} as const satisfies Record<string, ErrorCode>;

/**
 * An address that a person entered is guarded as any other: whoever does not run the installation reaches none of its
 * network, and what goes out of it is encrypted.
 * @throws {DestilaError} `invalid_url`, `private_address`, `insecure_address`
 */
export function checkModelAddress({ allowsPrivateServers }: LanguageModels, address: string): void {
  const url = outsideUrl(address, { allowPrivateNetwork: allowsPrivateServers });
  if (!allowsPrivateServers && url.protocol !== 'https:') throw new DestilaError('insecure_address');
}
