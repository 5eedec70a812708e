import { DestilaError, type Finding, finding } from '@destila/contracts';
import { z } from 'zod';
import type { ModelProbe } from '../../summarization/language-model.ts';
import type { Summarizer } from '../../summarization/summarizer.ts';
import { reasonOf } from '../examine.ts';

export async function checkLanguageModel({ name, probe }: Summarizer, signal: AbortSignal): Promise<Finding> {
  if (!probe) return finding('language_model_unset', {});
  const answer = await askForModel(probe, signal);
  const host = new URL(probe.url).host;
  switch (answer.is) {
    case 'known':
      return finding('language_model_answers', { model: name });
    case 'unknown':
      return finding('language_model_unknown', { host, model: probe.modelId });
    case 'refused':
      return finding('language_model_refuses', { host });
    case 'away':
      return finding('language_model_away', { host, reason: answer.reason });
  }
}

type Answer = { is: 'known' } | { is: 'unknown' } | { is: 'refused' } | { is: 'away'; reason: string };

const listSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** A server that has no such list is one that answers: nothing more can be known of it without cost. */
export async function askForModel(probe: ModelProbe, signal: AbortSignal): Promise<Answer> {
  try {
    // The key is for this server and no other.
    const response = await (probe.fetch ?? fetch)(probe.url, { headers: probe.headers, redirect: 'manual', signal });
    if (REFUSALS.has(response.status)) return { is: 'refused' };
    if (response.status === 404) return { is: probe.answers === 'the model' ? 'unknown' : 'known' };
    if (!response.ok) return { is: 'away', reason: `HTTP ${response.status}` };
    const list = listSchema.safeParse(await response.json().catch(() => null));
    return { is: list.success && !lists(list.data, probe.modelId) ? 'unknown' : 'known' };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DestilaError && error.code === 'private_address') throw error;
    return { is: 'away', reason: networkReason(error) };
  }
}

/** A connection that fails has a code, which says as much as Bun's sentence, in any language: `ECONNREFUSED`. */
function networkReason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : reasonOf(error);
}

/** 400 is what Google answers to a key that is none. */
const REFUSALS = new Set([400, 401, 403]);

/** Ollama lists `qwen3` as `qwen3:latest`. */
function lists({ data }: z.infer<typeof listSchema>, modelId: string): boolean {
  return data.some(({ id }) => id === modelId || id === `${modelId}:latest`);
}
