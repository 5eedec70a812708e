import { DestilaError, readRetryAfter } from '@destila/contracts';
import { APICallError, type FinishReason, type LanguageModel, type ModelMessage, Output, streamText } from 'ai';
import type { z } from 'zod';
import { repeats } from './repetition.ts';
import { estimateTokens } from './tokens.ts';

// The library would print its warnings to the terminal, where people watch progress.
globalThis.AI_SDK_LOG_WARNINGS = false;

export interface Question {
  instructions: string;
  /** The question itself, and what followed from it. */
  messages: ModelMessage[];
  schema: z.ZodType;
}

export interface Reply {
  text: string;
  finish: FinishReason;
  /** What the provider says it cost; estimated where it says nothing. */
  input_tokens: number;
  output_tokens: number;
}

export interface AskOptions {
  signal: AbortSignal;
  /** Called with all the text so far, whenever there is more. */
  onText?(text: string): void;
}

/** The question was longer than the model can take. It cost nothing. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
}

/** Characters. No summary is as long: a model that says more will not come to an end. */
const LONGEST_REPLY = 200_000;
const CUT_OFF: ReadonlySet<FinishReason> = new Set(['error', 'interrupted']);
/** Characters between two looks at whether a reply goes round in circles. */
const LOOK_AFTER = 2_000;

/**
 * One structured call, streamed: a model that goes round in circles is stopped, as is one that nobody waits for any more.
 * The text may be anything; whether it is what was asked for is for the caller to find out.
 * @throws {TooLong}
 * @throws {DestilaError} `llm_key_refused`, `llm_model_unknown`, `llm_rejected` (the same request would be refused again), `rate_limited` with `Retry-After`, else `llm_failed`
 */
export async function askModel(model: LanguageModel, question: Question, options: AskOptions): Promise<Reply> {
  const ended = new AbortController();
  try {
    return await ask(model, question, options, ended);
  } catch (error) {
    options.signal.throwIfAborted();
    throw isTooLong(error) ? new TooLong('the model cannot take so much at once', { cause: error }) : modelError(error);
  } finally {
    // Also closes the connection of a reply that was not heard to its end.
    ended.abort();
  }
}

async function ask(
  model: LanguageModel,
  question: Question,
  { signal, onText }: AskOptions,
  ended: AbortController,
): Promise<Reply> {
  const { stream } = streamText({
    model,
    instructions: question.instructions,
    messages: question.messages,
    output: unparsed(Output.object({ schema: question.schema, name: 'summary' })),
    abortSignal: AbortSignal.any([signal, ended.signal]),
    // The queue retries, with its own patience and where the person can see it.
    maxRetries: 0,
    // Errors come with the stream.
    onError: () => {},
  });
  let text = '';
  let lookedAt = 0;
  for await (const part of stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') signal.throwIfAborted();
    if (part.type === 'finish' && !CUT_OFF.has(part.finishReason)) {
      return withUsage(estimated(question, text, part.finishReason), part.totalUsage);
    }
    if (part.type !== 'text-delta') continue;
    text += part.text;
    onText?.(text);
    if (text.length - lookedAt < LOOK_AFTER) continue;
    lookedAt = text.length;
    if (text.length > LONGEST_REPLY || repeats(text)) return estimated(question, text, 'length');
  }
  throw new DestilaError('llm_failed', { detail: 'the answer was cut off' });
}

/** The text is wanted as it comes: parsing it anew at each piece would take longer than the model does. */
function unparsed(output: ReturnType<typeof Output.object>) {
  return {
    ...output,
    parseCompleteOutput: async ({ text }: { text: string }) => text,
    parsePartialOutput: async ({ text }: { text: string }) => ({ partial: text.length }),
  };
}

function estimated({ instructions, messages }: Question, text: string, finish: FinishReason): Reply {
  const asked = instructions + messages.map(({ content }) => (typeof content === 'string' ? content : '')).join('\n');
  return { text, finish, input_tokens: estimateTokens(asked), output_tokens: estimateTokens(text) };
}

function withUsage(
  reply: Reply,
  { inputTokens, outputTokens }: { inputTokens: number | undefined; outputTokens: number | undefined },
): Reply {
  return {
    ...reply,
    input_tokens: inputTokens ?? reply.input_tokens,
    output_tokens: outputTokens ?? reply.output_tokens,
  };
}

/**
 * Every provider has its own words: `context_length_exceeded` (OpenAI), `prompt is too long` (Anthropic), `exceeds the
 * maximum number of tokens allowed` (Google), `exceeds the context length` (Ollama), `maximum context length` (vLLM).
 */
const TOO_LONG =
  /context[_ ](?:length|window|size)|prompt is too long|maximum number of (?:input )?tokens|too many (?:input )?tokens|maximum context|input.{0,20}too long/i;

function isTooLong(error: unknown): boolean {
  if (!APICallError.isInstance(error)) return false;
  const { statusCode, message, responseBody = '' } = error;
  return statusCode === 413 || (statusCode === 400 && TOO_LONG.test(`${message} ${responseBody}`));
}

/** What a provider's refusal or silence means: `llm_key_refused`, `llm_model_unknown`, `llm_rejected`, `rate_limited` with `Retry-After`, else `llm_failed`. */
export function modelError(error: unknown): DestilaError {
  if (error instanceof DestilaError) return error;
  if (error instanceof Error && error.cause instanceof DestilaError) return error.cause;
  const cause = { cause: error, detail: excerpt(error instanceof Error ? error.message : String(error)) };
  const status = statusOf(error);
  const retryAfter = APICallError.isInstance(error) ? readRetryAfter(error.responseHeaders?.['retry-after']) : {};
  if (status === 429) return new DestilaError('rate_limited', { ...cause, ...retryAfter });
  if (status === 401 || status === 403) return new DestilaError('llm_key_refused', cause);
  if (status === 404) return new DestilaError('llm_model_unknown', cause);
  const isRefused = APICallError.isInstance(error) && status >= 400 && status < 500 && !error.isRetryable;
  return new DestilaError(isRefused ? 'llm_rejected' : 'llm_failed', { ...cause, ...retryAfter });
}

/** 0 where there is none. An error in the middle of a stream has one, too, where the provider says what it means. */
function statusOf(error: unknown): number {
  const isNumbered = typeof error === 'object' && error !== null && 'statusCode' in error;
  return isNumbered && typeof error.statusCode === 'number' ? error.statusCode : 0;
}

function excerpt(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
