import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import { APICallError, UnsupportedFunctionalityError } from 'ai';
import { z } from 'zod';
import type { ModelFetch } from './model-fetch.ts';

export interface OllamaSettings {
  /** `http://127.0.0.1:11434`, without a slash at the end. */
  root: string;
  modelId: string;
  headers: Record<string, string>;
  fetch: ModelFetch;
}

/**
 * Tokens that Ollama makes room for. Its own default is 4,096, and of a longer prompt it drops the beginning without a
 * word (docs.ollama.com/context-length).
 */
const CONTEXT_TOKENS = 16_384;

/**
 * A model of Ollama's, through its own `/api/chat` (docs.ollama.com/api/chat): only there can the context be asked for, and
 * a prompt that does not fit be refused instead of cut (`truncate` and `shift`, api/types.go of Ollama 0.12.6).
 */
export function ollamaModel({ root, modelId, headers, fetch }: OllamaSettings): LanguageModelV4 {
  const url = `${root}/api/chat`;
  const ask = async (options: LanguageModelV4CallOptions) => {
    const body = requestBody(modelId, options);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      ...(options.abortSignal && { signal: options.abortSignal }),
    });
    if (!response.ok || !response.body) throw await refusal(response, url, body);
    return { body, response, chunks: readChunks(response.body, url, body) };
  };
  return {
    specificationVersion: 'v4',
    provider: 'ollama',
    modelId,
    supportedUrls: {},
    async doGenerate(options) {
      const { body, chunks } = await ask(options);
      let text = '';
      let end: Chunk | undefined;
      for await (const chunk of chunks) {
        text += chunk.message?.content ?? '';
        if (chunk.done) end = chunk;
      }
      const content = text === '' ? [] : [{ type: 'text' as const, text }];
      return { content, finishReason: finishReason(end), usage: usage(end), request: { body }, warnings: [] };
    },
    async doStream(options) {
      const { body, response, chunks } = await ask(options);
      const stream = streamOf(streamParts(chunks));
      return { stream, request: { body }, response: { headers: Object.fromEntries(response.headers) } };
    },
  };
}

function requestBody(model: string, options: LanguageModelV4CallOptions) {
  const { responseFormat, temperature, maxOutputTokens, prompt } = options;
  return {
    model,
    messages: prompt.map(message),
    stream: true,
    truncate: false,
    shift: false,
    ...(responseFormat?.type === 'json' && { format: responseFormat.schema ?? 'json' }),
    options: { num_ctx: CONTEXT_TOKENS, temperature, num_predict: maxOutputTokens },
  };
}

function message({ role, content }: LanguageModelV4Prompt[number]): { role: string; content: string } {
  if (typeof content === 'string') return { role, content };
  const texts = content.map((part) => {
    if (part.type !== 'text') throw new UnsupportedFunctionalityError({ functionality: `${part.type} parts` });
    return part.text;
  });
  return { role, content: texts.join('\n\n') };
}

const chunkSchema = z.object({
  message: z.object({ content: z.string().optional() }).optional(),
  done: z.boolean().optional(),
  done_reason: z.string().optional(),
  prompt_eval_count: z.number().optional(),
  eval_count: z.number().optional(),
  /** Said in the middle of a stream, whose status was 200 long before. */
  error: z.string().optional(),
});
type Chunk = z.infer<typeof chunkSchema>;

/** One JSON document a line. */
async function* readChunks(body: ReadableStream<Uint8Array>, url: string, request: object): AsyncGenerator<Chunk> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = `${rest}${decoder.decode(bytes, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((one) => one.trim() !== '')) yield readChunk(line, url, request);
  }
  if (rest.trim() !== '') yield readChunk(rest, url, request);
}

function readChunk(line: string, url: string, requestBodyValues: object): Chunk {
  const fail = (message: string, cause?: unknown) =>
    new APICallError({ message, url, requestBodyValues, responseBody: line, isRetryable: true, cause });
  let chunk: Chunk;
  try {
    chunk = chunkSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw fail('Ollama sent a line that is not its own JSON', cause);
  }
  if (chunk.error !== undefined) throw fail(chunk.error);
  return chunk;
}

const TEXT_ID = '0';

async function* streamParts(chunks: AsyncGenerator<Chunk>): AsyncGenerator<LanguageModelV4StreamPart> {
  yield { type: 'stream-start', warnings: [] };
  yield { type: 'text-start', id: TEXT_ID };
  let end: Chunk | undefined;
  for await (const chunk of chunks) {
    const delta = chunk.message?.content;
    if (delta) yield { type: 'text-delta', id: TEXT_ID, delta };
    if (chunk.done) end = chunk;
  }
  yield { type: 'text-end', id: TEXT_ID };
  yield { type: 'finish', finishReason: finishReason(end), usage: usage(end) };
}

function streamOf<Part>(parts: AsyncGenerator<Part>): ReadableStream<Part> {
  return new ReadableStream<Part>({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

/** A stream without its last line was cut off. */
function finishReason(end: Chunk | undefined): LanguageModelV4FinishReason {
  if (!end) return { unified: 'interrupted', raw: undefined };
  const raw = end.done_reason;
  return { unified: raw === 'length' || raw === 'stop' ? raw : 'other', raw };
}

function usage(end: Chunk | undefined): LanguageModelV4Usage {
  return {
    inputTokens: { total: end?.prompt_eval_count, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: end?.eval_count, text: undefined, reasoning: undefined },
  };
}

async function refusal(response: Response, url: string, requestBodyValues: object): Promise<APICallError> {
  const responseBody = await response.text();
  return new APICallError({
    message: `Ollama answered ${response.status}: ${responseBody.slice(0, 500)}`,
    url,
    requestBodyValues,
    statusCode: response.status,
    responseHeaders: Object.fromEntries(response.headers),
    responseBody,
  });
}
