import { DestilaError } from '@destila/contracts';
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
 * @throws {DestilaError} `llm_rejected` (key or model refused), `rate_limited` with `Retry-After`, else `llm_failed`.
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
  const { statusCode, responseHeaders } = error;
  if (statusCode === 401 || statusCode === 403 || statusCode === 404) return new DestilaError('llm_rejected', cause);
  if (statusCode !== 429) return new DestilaError('llm_failed', cause);
  const retryAfterSeconds = secondsUntil(responseHeaders?.['retry-after']);
  return new DestilaError('rate_limited', { ...cause, ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }) });
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, §10.2.3). */
function secondsUntil(retryAfter: string | undefined): number | null {
  if (retryAfter === undefined) return null;
  const seconds = /^\s*\d+\s*$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

function excerpt(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
