import { z } from 'zod';

/** Who runs language models: three companies, Ollama, and whatever speaks OpenAI's API (LM Studio, vLLM, OpenRouter, Groq …). */
export const MODEL_PROVIDERS = ['openai', 'anthropic', 'google', 'ollama', 'openai-compatible'] as const;
export type ModelProvider = (typeof MODEL_PROVIDERS)[number];

const CHOICE = new RegExp(`^(auto|extractive|(${MODEL_PROVIDERS.join('|')}):\\S.*)$`);

/** `auto`: what there is a key for, else a running Ollama, else extracts. Or `extractive`, or `provider:model`. */
export const modelChoiceSchema = z
  .string()
  .trim()
  .max(200)
  .regex(CHOICE, `auto, extractive or provider:model (${MODEL_PROVIDERS.join(', ')})`);

/** The two halves of `provider:model`; null for `auto` and `extractive`. */
export function readModelChoice(choice: string): { provider: ModelProvider; model: string } | null {
  const [name, ...rest] = choice.split(':');
  const provider = MODEL_PROVIDERS.find((known) => known === name);
  return provider && rest.length > 0 ? { provider, model: rest.join(':') } : null;
}

export const modelProviderStateSchema = z.object({
  provider: z.enum(MODEL_PROVIDERS),
  /** When the person entered a key for it; null when they did not. The key itself is never told. */
  key_since: z.string().nullable(),
  /** Whether the installation has a key that serves this person. */
  installation_key: z.boolean(),
});

/** What a person may choose from. */
export const modelChoicesSchema = z.object({
  /** What writes summaries for whoever chooses nothing: `extractive` or `provider:model`. */
  installation: z.string(),
  providers: z.array(modelProviderStateSchema),
  /** Whether keys can be kept: the installation has a secret to encrypt them with. */
  keeps_keys: z.boolean(),
  /** Whether servers on this machine and its network may be entered. */
  private_servers: z.boolean(),
});
export type ModelChoices = z.infer<typeof modelChoicesSchema>;

export const modelListSchema = z.object({ models: z.array(z.string()) });

/** It goes into a header (RFC 9110, §5.5). */
export const modelKeyRequestSchema = z.object({
  key: z
    .string()
    .trim()
    .regex(/^[!-~]{1,1000}$/),
});

/** Tried with what the person has entered so far; `base_url` only where it is not yet saved. */
export const modelTestRequestSchema = z.object({
  model: modelChoiceSchema,
  base_url: z.string().trim().max(2048).nullish(),
});
export type ModelTestRequest = z.infer<typeof modelTestRequestSchema>;

/** It answers, and has the model. What is wrong comes as a problem instead. */
export const modelTestSchema = z.object({
  /** What would write the summary: for `auto`, what was found. */
  model: z.string(),
});
