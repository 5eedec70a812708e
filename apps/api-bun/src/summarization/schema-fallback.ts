import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4Middleware } from '@ai-sdk/provider';
import { APICallError, extractJsonMiddleware, wrapLanguageModel } from 'ai';

type ResponseFormat = NonNullable<LanguageModelV4CallOptions['responseFormat']>;

/** Ways to ask for JSON that fits a schema, from the strictest to the one that every server knows. */
const WAYS = ['json_schema', 'json_object', 'text'] as const;

/**
 * Servers that speak OpenAI's API know its `response_format` in part: what a server refuses is asked for in the next way,
 * with the schema in the prompt. What it took is remembered for as long as this middleware lives.
 */
export function schemaFallback(): LanguageModelV4Middleware {
  let known = 0;
  const ask = async <Result>(
    params: LanguageModelV4CallOptions,
    model: LanguageModelV4,
    call: Call<Result>,
  ): Promise<Result> => {
    const { responseFormat: format } = params;
    if (format?.type !== 'json' || !format.schema) return call(model, params);
    const way = known;
    try {
      if (way === 0) return await call(model, params);
      return await call(asBareJson(model), { ...params, ...spelledOut(params, format, way) });
    } catch (error) {
      if (way === WAYS.length - 1 || !refusesFormat(error)) throw error;
      known = Math.max(known, way + 1);
      return ask(params, model, call);
    }
  };
  return {
    specificationVersion: 'v4',
    wrapGenerate: ({ model, params }) => ask(params, model, (asked, options) => asked.doGenerate(options)),
    wrapStream: ({ model, params }) => ask(params, model, (asked, options) => asked.doStream(options)),
  };
}

type Call<Result> = (model: LanguageModelV4, options: LanguageModelV4CallOptions) => PromiseLike<Result>;

/** What nothing constrains thinks aloud, says a word before, or puts a fence around. */
function asBareJson(model: LanguageModelV4): LanguageModelV4 {
  const transform = (text: string) => {
    const said = text.slice(text.lastIndexOf('</think>') + 1);
    return said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1) || text;
  };
  return wrapLanguageModel({ model, middleware: extractJsonMiddleware({ transform }) });
}

function spelledOut({ prompt }: LanguageModelV4CallOptions, format: ResponseFormat & { type: 'json' }, way: number) {
  const responseFormat: ResponseFormat = WAYS[way] === 'json_object' ? { type: 'json' } : { type: 'text' };
  const demand = `Answer with nothing but JSON that fits this schema:\n${JSON.stringify(format.schema)}`;
  const [first, ...others] = prompt;
  // Many a model's template takes one system message, at the beginning.
  const isSystem = first?.role === 'system';
  const system = { role: 'system' as const, content: isSystem ? `${first.content}\n\n${demand}` : demand };
  return { responseFormat, prompt: [system, ...(isSystem ? others : prompt)] };
}

/** Each server has words of its own for it; all name what they do not know. */
function refusesFormat(error: unknown): boolean {
  if (!APICallError.isInstance(error) || (error.statusCode !== 400 && error.statusCode !== 422)) return false;
  return /response.?format|json.?schema|json.?object|structured|grammar/i.test(
    `${error.message} ${error.responseBody}`,
  );
}
