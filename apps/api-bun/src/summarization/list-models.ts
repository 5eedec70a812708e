import { DestilaError } from '@destila/contracts';
import { z } from 'zod';
import type { ConfiguredModel } from './language-model.ts';

const openaiList = z.object({ data: z.array(z.object({ id: z.string() })) });
const googleList = z.object({
  models: z.array(z.object({ name: z.string(), supportedGenerationMethods: z.array(z.string()).optional() })),
});
/** OpenAI's list and its like, or Google's. */
const listSchema = z.union([
  openaiList.transform(({ data }) => data.map(({ id }) => id)),
  googleList.transform(({ models }) =>
    models
      .filter(({ supportedGenerationMethods: methods }) => methods?.includes('generateContent') ?? true)
      .map(({ name }) => name.replace(/^models\//, '')),
  ),
]);

/** What these do is told by their names alone. */
const NO_WRITER =
  /embed|whisper|tts|dall-e|moderation|audio|realtime|transcribe|image|sora|rerank|guard|live|babbage|davinci|minilm/i;
/** 400 is what Google answers to a key that is none. */
const REFUSALS = new Set([400, 401, 403]);

/**
 * The models that the server of this one names, as far as they write; none where it has no such list.
 * @throws {DestilaError} `llm_key_refused`, `llm_unreachable`, `private_address`
 */
export async function listModels({ probe, listUrl }: ConfiguredModel, signal: AbortSignal): Promise<string[]> {
  const ask = probe.fetch ?? fetch;
  const response = await ask(listUrl, { headers: probe.headers, redirect: 'manual', signal }).catch(
    (cause: unknown) => {
      throw isGuarded(cause) ? cause : new DestilaError('llm_unreachable', { cause });
    },
  );
  if (REFUSALS.has(response.status)) throw new DestilaError('llm_key_refused');
  if (response.status === 404) return [];
  if (!response.ok) throw new DestilaError('llm_unreachable', { detail: `HTTP ${response.status}` });
  const list = listSchema.safeParse(await response.json().catch(() => null));
  return (list.data ?? []).filter((id) => !NO_WRITER.test(id)).toSorted();
}

function isGuarded(error: unknown): boolean {
  return error instanceof DestilaError && error.code === 'private_address';
}
