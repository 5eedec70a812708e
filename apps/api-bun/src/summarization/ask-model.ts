import { DestilaError, readRetryAfter } from '@destila/contracts';
import { APICallError, generateText, type LanguageModel, type ModelMessage, NoObjectGeneratedError, Output } from 'ai';
import { type ModelAnswer, modelAnswerSchema } from './model-answer.ts';

/** A local model may need minutes for a long transcript; beyond this it hangs. */
const DEADLINE_MS = 10 * 60_000;

// The library would print its warnings to the terminal, where people watch progress.
globalThis.AI_SDK_LOG_WARNINGS = false;

export interface Question {
  instructions: string;
  prompt: string;
}

/**
 * One structured call; when the answer does not fit the schema, the model is shown what is wrong and asked once more.
 * @throws {DestilaError} `llm_rejected` (the same request would be refused again), `rate_limited` with `Retry-After`, else `llm_failed`.
 */
export async function askModel(model: LanguageModel, question: Question, signal: AbortSignal): Promise<ModelAnswer> {
  const first: ModelMessage[] = [{ role: 'user', content: question.prompt }];
  const ask = (messages: ModelMessage[]) => call(model, question.instructions, messages, signal);
  try {
    return await ask(first).catch((error) => {
      if (!NoObjectGeneratedError.isInstance(error)) throw error;
      return ask([...first, ...repairRequest(error)]);
    });
  } catch (error) {
    signal.throwIfAborted();
    throw modelError(error);
  }
}

async function call(
  model: LanguageModel,
  instructions: string,
  messages: ModelMessage[],
  signal: AbortSignal,
): Promise<ModelAnswer> {
  const { output } = await generateText({
    model,
    instructions,
    messages,
    output: Output.object({ schema: modelAnswerSchema, name: 'summary' }),
    abortSignal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
    // The queue retries, with its own patience and where the person can see it.
    maxRetries: 0,
  });
  return output;
}

function repairRequest(error: NoObjectGeneratedError): ModelMessage[] {
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  return [
    { role: 'assistant', content: error.text || '(nothing)' },
    {
      role: 'user',
      content: `That is not what was asked for: ${excerpt(reason)}\nAnswer again with nothing but JSON that fits the schema.`,
    },
  ];
}

function modelError(error: unknown): DestilaError {
  const cause = { cause: error, detail: excerpt(error instanceof Error ? error.message : String(error)) };
  if (!APICallError.isInstance(error)) return new DestilaError('llm_failed', cause);
  const { statusCode = 0, isRetryable, responseHeaders } = error;
  if (statusCode === 429) {
    return new DestilaError('rate_limited', { ...cause, ...readRetryAfter(responseHeaders?.['retry-after']) });
  }
  const isRefused = statusCode >= 400 && statusCode < 500 && !isRetryable;
  return new DestilaError(isRefused ? 'llm_rejected' : 'llm_failed', cause);
}

function excerpt(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
