import { describe, expect, test } from 'bun:test';
import { DestilaError } from '@destila/contracts';
import { generateText, type LanguageModel } from 'ai';
import { z } from 'zod';
import { startRecordingServer } from '../../../../tests/fakes/recording-server.ts';
import { ConfigError } from '../config.ts';
import { askModel, type Question, TooLong } from './ask-model.ts';
import { chosenModel, configuredModel, type PersonalModels } from './language-model.ts';

const nothing = {
  LLM: 'auto',
  LLM_BASE_URL: undefined,
  LLM_TIMEOUT: 600,
  LLM_PARALLEL: 3,
  LLM_TOKEN_BUDGET: 0,
  OPENAI_API_KEY: undefined,
  ANTHROPIC_API_KEY: undefined,
  GOOGLE_GENERATIVE_AI_API_KEY: undefined,
};
const keys = { OPENAI_API_KEY: 'sk-o', ANTHROPIC_API_KEY: 'sk-a', GOOGLE_GENERATIVE_AI_API_KEY: 'g-key' };

test('auto takes whichever provider has a key, and none when none has', () => {
  expect(configuredModel(nothing)).toBeNull();
  expect(chosenModel(nothing)).toBe('auto');
  expect(configuredModel({ ...nothing, OPENAI_API_KEY: 'k' })?.name).toStartWith('openai:');
  expect(configuredModel({ ...nothing, ANTHROPIC_API_KEY: 'k' })?.name).toStartWith('anthropic:');
  expect(configuredModel({ ...nothing, GOOGLE_GENERATIVE_AI_API_KEY: 'k' })?.name).toStartWith('google:');
  expect(configuredModel({ ...nothing, LLM: 'extractive', OPENAI_API_KEY: 'k' })).toBeNull();
});

test('every provider can be loaded by its name, also one whose model has a colon', async () => {
  const LLM_BASE_URL = 'http://127.0.0.1:9/v1';
  for (const LLM of ['openai:m', 'anthropic:m', 'google:m', 'ollama:qwen3:8b', 'openai-compatible:m']) {
    const configured = configuredModel({ ...nothing, ...keys, LLM_BASE_URL, LLM });
    expect(configured?.name).toBe(LLM);
    expect(await configured?.load()).toMatchObject({ modelId: LLM.slice(LLM.indexOf(':') + 1) });
  }
});

test('a model that cannot be had is said at the start, with the variable to set', () => {
  for (const [LLM, problem] of [
    ['openai:gpt', 'OPENAI_API_KEY'],
    ['openai-compatible:m', 'LLM_BASE_URL'],
    ['mistral:m', 'provider:model'],
    ['openai', 'provider:model'],
    ['openai:', 'provider:model'],
    ['toString:m', 'provider:model'],
  ] as const) {
    const configure = () => configuredModel({ ...nothing, LLM });
    expect(configure).toThrow(ConfigError);
    expect(configure).toThrow(problem);
  }
});

describe('what a person chooses', () => {
  const person: PersonalModels = { llm: null, baseUrl: null, keys: {}, isOperator: false, fetch };
  const installation = { ...nothing, LLM: 'openai:gpt', OPENAI_API_KEY: 'sk-installation' };
  const keyOf = (config: typeof installation, changes: Partial<PersonalModels>) =>
    configuredModel(config, { ...person, ...changes })?.probe.headers.authorization;

  test('comes before what the installation is configured with, which serves whoever chooses nothing', () => {
    expect(chosenModel(installation, person)).toBe('openai:gpt');
    expect(chosenModel(installation, { ...person, llm: 'extractive' })).toBe('extractive');
    expect(chosenModel(installation, { ...person, llm: 'anthropic:claude' })).toBe('anthropic:claude');
    expect(configuredModel(installation, { ...person, llm: 'extractive' })).toBeNull();
  });

  test('with auto, their own key is taken before the installation’s', () => {
    const auto = { ...installation, LLM: 'auto', ANTHROPIC_API_KEY: 'sk-installation' };
    expect(chosenModel(auto, person)).toStartWith('anthropic:');
    expect(chosenModel(auto, { ...person, keys: { google: 'mine' } })).toStartWith('google:');
    expect(chosenModel(installation, { ...person, llm: 'auto' })).toBe('auto');
  });

  test('the installation’s key is for its own model; another one is for whoever runs it, or has a key', () => {
    expect(keyOf(installation, {})).toBe('Bearer sk-installation');
    expect(keyOf(installation, { llm: 'openai:gpt' })).toBe('Bearer sk-installation');
    expect(keyOf(installation, { llm: 'openai:gpt', keys: { openai: 'mine' } })).toBe('Bearer mine');
    expect(keyOf(installation, { llm: 'openai:gpt-pro', isOperator: true })).toBe('Bearer sk-installation');
    expect(() => keyOf(installation, { llm: 'openai:gpt-pro' })).toThrow(DestilaError);
  });

  test('the installation’s key never goes to an address that somebody entered', () => {
    const baseUrl = 'https://elsewhere.example/v1';
    for (const isOperator of [true, false]) {
      expect(() => keyOf(installation, { llm: 'openai:gpt', baseUrl, isOperator })).toThrow(DestilaError);
      expect(keyOf(installation, { llm: 'openai-compatible:m', baseUrl, isOperator })).toBeUndefined();
    }
    expect(keyOf(installation, { llm: 'openai:gpt', baseUrl, keys: { openai: 'mine' } })).toBe('Bearer mine');
  });

  test('a server of this machine is used unnamed only for whoever runs it', () => {
    const url = (isOperator: boolean) =>
      configuredModel(installation, { ...person, llm: 'ollama:qwen3', isOperator })?.probe.url;
    expect(url(true)).toBe('http://127.0.0.1:11434/v1/models');
    expect(() => url(false)).toThrow(expect.objectContaining({ code: 'llm_not_configured' }));
  });

  test('the address of the installation’s provider is not another provider’s', () => {
    const config = { ...installation, LLM: 'ollama:m', LLM_BASE_URL: 'http://10.0.0.5:11434', ANTHROPIC_API_KEY: 'k' };
    const urlOf = (llm: string) => configuredModel(config, { ...person, isOperator: true, llm })?.probe.url;
    expect(urlOf('ollama:other')).toBe('http://10.0.0.5:11434/v1/models');
    expect(urlOf('anthropic:claude')).toStartWith('https://api.anthropic.com/v1/models/');
  });
});

/** Server-sent events, cut in the middle of one. */
function events(...list: object[]): Response {
  const data = list.map((event) => {
    const name = 'type' in event ? `event: ${event.type}\n` : '';
    return `${name}data: ${JSON.stringify(event)}\n\n`;
  });
  return cut(data.join(''), 'text/event-stream');
}

function cut(body: string, type: string): Response {
  const bytes = new TextEncoder().encode(body);
  const stream = new ReadableStream({
    start(controller) {
      for (const piece of [bytes.slice(0, 70), bytes.slice(70)]) controller.enqueue(piece);
      controller.close();
    },
  });
  return new Response(stream, { headers: { 'content-type': type } });
}

/** What a model answers, in the words of each protocol, as its documentation shows them: 10 tokens in, 5 out. */
const ANSWER = '{"title":"Pan"}';
const PIECES = ['{"title":', '"Pan"}'];
const ANSWERS = {
  openai() {
    const item = { type: 'message', id: 'msg_1', role: 'assistant' };
    const response = { id: 'resp_1', object: 'response', created_at: 1_700_000_000, model: 'm' };
    return events(
      { type: 'response.created', response },
      { type: 'response.output_item.added', output_index: 0, item },
      ...PIECES.map((delta) => ({ type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, delta })),
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { ...response, usage: { input_tokens: 10, output_tokens: 5 } } },
    );
  },
  anthropic() {
    const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null };
    return events(
      { type: 'message_start', message: { ...message, usage: { input_tokens: 10, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      ...PIECES.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    );
  },
  google() {
    const piece = (text: string) => ({ content: { role: 'model', parts: [{ text }] }, index: 0 });
    const [first = '', last = ''] = PIECES;
    return events(
      { candidates: [piece(first)] },
      {
        candidates: [{ ...piece(last), finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
      },
    );
  },
  chat(contents = PIECES) {
    const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'm' };
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    return events(
      ...contents.map((content) => ({ ...head, choices: [{ index: 0, delta: { role: 'assistant', content } }] })),
      { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      { ...head, choices: [], usage },
    );
  },
  ollama() {
    const chunk = (content: string, end: object) =>
      `${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, ...end })}\n`;
    const end = { done: true, done_reason: 'stop', prompt_eval_count: 10, eval_count: 5 };
    const begun = PIECES.map((piece) => chunk(piece, { done: false }));
    return cut([...begun, chunk('', end)].join(''), 'application/x-ndjson');
  },
};
const REPLY = { text: ANSWER, finish: 'stop', input_tokens: 10, output_tokens: 5 } as const;

const JSON_SCHEMA = {
  type: 'object',
  properties: { title: { type: 'string' } },
  required: ['title'],
  additionalProperties: false,
};
const question: Question = {
  instructions: 'Summarise.',
  messages: [{ role: 'user', content: 'Con harina.' }],
  schema: z.object({ title: z.string() }),
};
const never = new AbortController().signal;

async function open(LLM: string, LLM_BASE_URL: string, changes: object = {}): Promise<LanguageModel> {
  const model = await configuredModel({ ...nothing, ...keys, LLM, LLM_BASE_URL, ...changes })?.load();
  if (!model) throw new Error('no model');
  return model;
}

async function ask(LLM: string, LLM_BASE_URL: string, changes: object = {}) {
  return askModel(await open(LLM, LLM_BASE_URL, changes), question, { signal: never });
}

describe('what is sent is what the API documents', () => {
  test('openai: Responses, with the schema as text.format, and nothing kept there', async () => {
    await using server = startRecordingServer(ANSWERS.openai);
    expect(await ask('openai:gpt-5.4-mini', `${server.url}/v1`)).toEqual(REPLY);
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v1/responses',
      headers: { authorization: 'Bearer sk-o', 'content-type': 'application/json' },
      body: {
        model: 'gpt-5.4-mini',
        stream: true,
        store: false,
        input: [
          { role: 'developer', content: 'Summarise.' },
          { role: 'user', content: [{ type: 'input_text', text: 'Con harina.' }] },
        ],
        text: { format: { type: 'json_schema', name: 'summary', strict: true, schema: JSON_SCHEMA } },
      },
    });
  });

  test('anthropic: Messages, with the schema as output_config.format', async () => {
    await using server = startRecordingServer(ANSWERS.anthropic);
    expect(await ask('anthropic:claude-haiku-5-5', `${server.url}/v1`)).toEqual(REPLY);
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v1/messages',
      headers: { 'x-api-key': 'sk-a', 'anthropic-version': '2023-06-01' },
      body: {
        model: 'claude-haiku-5-5',
        stream: true,
        max_tokens: expect.any(Number),
        system: [{ type: 'text', text: 'Summarise.' }],
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Con harina.' }] }],
        output_config: { format: { type: 'json_schema', schema: JSON_SCHEMA } },
      },
    });
    expect(request?.headers.authorization).toBeUndefined();
  });

  test('google: streamGenerateContent, with the schema as responseJsonSchema', async () => {
    await using server = startRecordingServer(ANSWERS.google);
    expect(await ask('google:gemini-flash-latest', `${server.url}/v1beta`)).toEqual(REPLY);
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        // The key is in no address, which logs would keep.
        path: '/v1beta/models/gemini-flash-latest:streamGenerateContent?alt=sse',
        headers: { 'x-goog-api-key': 'g-key' },
        body: {
          systemInstruction: { parts: [{ text: 'Summarise.' }] },
          contents: [{ role: 'user', parts: [{ text: 'Con harina.' }] }],
          generationConfig: {
            responseMimeType: 'application/json',
            responseJsonSchema: expect.objectContaining({ type: 'object' }),
          },
        },
      },
    ]);
  });

  test('ollama: its own chat, with the schema as format, room for a transcript, and no silent cutting', async () => {
    await using server = startRecordingServer(ANSWERS.ollama);
    expect(await ask('ollama:qwen3:8b', `${server.url}/v1`)).toEqual(REPLY);
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        path: '/api/chat',
        body: {
          model: 'qwen3:8b',
          messages: [
            { role: 'system', content: 'Summarise.' },
            { role: 'user', content: 'Con harina.' },
          ],
          format: expect.objectContaining(JSON_SCHEMA),
          stream: true,
          truncate: false,
          shift: false,
          options: { num_ctx: 16_384 },
        },
      },
    ]);
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('openai-compatible: chat completions, with the schema as response_format', async () => {
    await using server = startRecordingServer(() => ANSWERS.chat());
    expect(await ask('openai-compatible:local', `${server.url}/v1/`)).toEqual(REPLY);
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { authorization: 'Bearer sk-o' },
        body: {
          model: 'local',
          stream: true,
          stream_options: { include_usage: true },
          messages: [
            { role: 'system', content: 'Summarise.' },
            { role: 'user', content: 'Con harina.' },
          ],
          response_format: { type: 'json_schema', json_schema: { name: 'summary', schema: JSON_SCHEMA } },
        },
      },
    ]);
  });

  test('a server of one’s own without a key gets none', async () => {
    await using server = startRecordingServer(() => ANSWERS.chat());
    await ask('openai-compatible:local', `${server.url}/v1`, { OPENAI_API_KEY: undefined });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });
});

describe('a server that does not know schemas', () => {
  const refusal = (message: string) => Response.json({ error: { message } }, { status: 400 });
  type Body = { response_format?: { type: string }; messages: { role: string; content: string }[] };
  const isBody = (body: unknown): body is Body => typeof body === 'object' && body !== null && 'messages' in body;
  const formatOf = (body: unknown) => (isBody(body) ? (body.response_format?.type ?? 'none') : 'no body');
  const systemOf = (body: unknown) => (isBody(body) ? body.messages.filter(({ role }) => role === 'system') : []);

  test('is asked for a JSON object, and one that does not know that either for text; the schema is in the prompt', async () => {
    await using server = startRecordingServer(({ body }) => {
      const format = formatOf(body);
      if (format !== 'none') return refusal(`This response_format ${format} is unavailable now`);
      const content = `<think>Bread.</think>\n\`\`\`json\n${ANSWER}\n\`\`\``;
      return ANSWERS.chat([content.slice(0, 12), content.slice(12)]);
    });
    expect((await ask('openai-compatible:old', `${server.url}/v1`)).text).toBe(ANSWER);
    expect(server.requests.map(({ body }) => formatOf(body))).toEqual(['json_schema', 'json_object', 'none']);
    const [system, ...more] = systemOf(server.requests.at(-1)?.body);
    expect(more).toEqual([]);
    expect(system?.content).toStartWith('Summarise.');
    expect(system?.content).toContain('"title":{"type":"string"}');
  });

  test('is not asked again in a way that it refused', async () => {
    await using server = startRecordingServer(({ body }) =>
      formatOf(body) === 'json_schema' ? refusal('json_schema is not supported') : ANSWERS.chat(),
    );
    const model = await open('openai-compatible:old', `${server.url}/v1`);
    const once = () => askModel(model, question, { signal: never });
    await once();
    await once();
    expect(server.requests.map(({ body }) => formatOf(body))).toEqual(['json_schema', 'json_object', 'json_object']);
  });

  test('what it refuses for another reason is not asked for again', async () => {
    await using server = startRecordingServer(() => refusal('maximum context length is 4096 tokens'));
    await expect(ask('openai-compatible:old', `${server.url}/v1`)).rejects.toBeInstanceOf(TooLong);
    expect(server.requests).toHaveLength(1);
  });
});

describe('Ollama', () => {
  const chat = (respond: () => Response) => startRecordingServer(respond);
  const lines = (...chunks: object[]) => new Response(chunks.map((chunk) => `${JSON.stringify(chunk)}\n`).join(''));

  test('streams its answer as it is written', async () => {
    await using server = chat(ANSWERS.ollama);
    const model = await open('ollama:m', server.url);
    const seen: string[] = [];
    await askModel(model, question, { signal: never, onText: (text) => seen.push(text) });
    expect(seen).toEqual(['{"title":', ANSWER]);
    expect((await generateText({ model, prompt: 'Con harina.' })).text).toBe(ANSWER);
  });

  test('says that a prompt does not fit, instead of cutting it', async () => {
    const words = 'request (8889 tokens) exceeds the available context size (4096 tokens)';
    await using server = chat(() => Response.json({ error: words }, { status: 400 }));
    await expect(ask('ollama:m', server.url)).rejects.toBeInstanceOf(TooLong);
  });

  test('fails when it says so in the middle of an answer, or the answer breaks off', async () => {
    const begun = { message: { role: 'assistant', content: ANSWER }, done: false };
    const failed = { code: 'llm_failed', retry: 'transient' };
    await using failing = chat(() => lines(begun, { error: 'llama runner process has terminated' }));
    await expect(ask('ollama:m', failing.url)).rejects.toMatchObject(failed);
    await using unfinished = chat(() => lines(begun));
    await expect(ask('ollama:m', unfinished.url)).rejects.toMatchObject(failed);
  });
});

describe('a model’s server', () => {
  test('that asks to slow down says for how long, in a header or, as Google does, in the body', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.2s' }];
    const error = { code: 429, message: 'quota', status: 'RESOURCE_EXHAUSTED', details };
    await using google = startRecordingServer(() => Response.json({ error }, { status: 429 }));
    await expect(ask('google:m', google.url)).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 35 });
    await using other = startRecordingServer(
      () => new Response('{}', { status: 429, headers: { 'retry-after': '7' } }),
    );
    await expect(ask('anthropic:m', other.url)).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 7 });
  });

  test('that repeats the key in its refusal does not bring it further', async () => {
    await using server = startRecordingServer(() =>
      Response.json({ error: { message: 'Incorrect API key provided: sk-o' } }, { status: 401 }),
    );
    const failure = await ask('openai:m', server.url).catch((error: unknown) => error);
    if (!(failure instanceof DestilaError)) throw failure;
    expect(failure).toMatchObject({ code: 'llm_key_refused', retry: 'permanent' });
    expect(failure.detail).toContain('Incorrect API key provided: …');
    expect(Bun.inspect(failure, { depth: 5 })).not.toContain('sk-o');
  });

  test('cannot send the key elsewhere by a redirect', async () => {
    await using elsewhere = startRecordingServer(() => ANSWERS.chat());
    await using server = startRecordingServer(() => Response.redirect(`${elsewhere.url}/v1/chat/completions`, 307));
    await expect(ask('openai-compatible:m', `${server.url}/v1`)).rejects.toMatchObject({ code: 'llm_rejected' });
    expect(elsewhere.requests).toEqual([]);
  });

  test.each(['openai:m', 'anthropic:m', 'google:m', 'ollama:m', 'openai-compatible:m'])(
    '%s: a call that is cancelled closes its connection, and one that takes too long ends',
    async (LLM) => {
      const asked = Promise.withResolvers<void>();
      await using server = startRecordingServer(() => {
        asked.resolve();
        return new Promise<Response>(() => {});
      });
      const model = await open(LLM, server.url);
      const cancel = new AbortController();
      const call = askModel(model, question, { signal: cancel.signal });
      const ended = call.then(
        () => 'answered',
        (error: unknown) => error,
      );
      await asked.promise;
      cancel.abort(new Error('cancelled by the person'));
      expect(await ended).toMatchObject({ message: 'cancelled by the person' });
      while (server.aborted() === 0) await Bun.sleep(5);

      await expect(ask(LLM, server.url, { LLM_TIMEOUT: 0.05 })).rejects.toMatchObject({ code: 'llm_failed' });
      while (server.aborted() === 1) await Bun.sleep(5);
    },
  );
});
