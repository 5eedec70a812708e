import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What the model does with one request: a string is said as it is, one of the classes below does what it says, anything
 * else is said as JSON.
 */
export type Answer = unknown;
/** Answers by what is asked, where requests come in no certain order. `count` is 1 for the first. */
export type Script = (request: ChatRequest, count: number) => Answer | Promise<Answer>;

/** An error in OpenAI's words. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly message: string,
    readonly headers: Record<string, string> = {},
    readonly code: string | null = null,
  ) {}
}
/** A text with how it ended (`stop`, `length`, `content_filter`) and what it cost. */
export class Said {
  constructor(
    readonly answer: Answer,
    readonly finish: string = 'stop',
    readonly usage: { input: number; output: number } | null = { input: 10, output: 10 },
  ) {}
}
/** Waits so many milliseconds, then answers. */
export class Slow {
  constructor(
    readonly milliseconds: number,
    readonly answer: Answer,
  ) {}
}
/** Comes to an end in the middle of its answer. */
export class CutStream {
  constructor(readonly answer: Answer) {}
}
/** Says half of its answer, and the rest once `goOn` resolves. */
export class Halting {
  constructor(
    readonly answer: Answer,
    readonly goOn: Promise<void>,
  ) {}
}
/** Says the same over and over, and never comes to an end. */
export class Endless {
  constructor(readonly text: string) {}
}
/** Never answers. */
export class Silence {}

export interface ChatRequest {
  authorization: string | null;
  model: string;
  messages: Array<{ role: string; content: string }>;
  response_format?: { type: string; json_schema?: { schema: unknown } };
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
}

export interface LlmServer {
  /** What `LLM_BASE_URL` should be. */
  readonly baseUrl: string;
  /** All that was asked so far. */
  readonly requests: ChatRequest[];
  /** The largest number of requests that were open at one time. */
  readonly mostAtOnce: number;
  /** How many requests the other side gave up. */
  readonly abandoned: number;
  stop(): Promise<void>;
}

/**
 * A language model on loopback that speaks OpenAI's chat completions and Ollama's `/api/chat`, whole or streamed, and
 * does what it is told: one answer a request, of which the last is repeated, or what a script makes of the request.
 */
export function startLlmServer(script: Answer[] | Script): LlmServer {
  const requests: ChatRequest[] = [];
  const seen = { open: 0, mostAtOnce: 0, abandoned: 0 };
  const answerTo: Script =
    typeof script === 'function' ? script : (_, count) => script[Math.min(count, script.length) - 1];

  const chat = (protocol: Protocol) => async (request: Request) => {
    const body: unknown = await request.json();
    if (!isChat(body)) return errorOf(new Refusal(400, 'model and messages are required'));
    const asked = { ...body, authorization: request.headers.get('authorization') };
    requests.push(asked);
    seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.open);
    request.signal.addEventListener('abort', () => seen.abandoned++, { once: true });
    try {
      return await respond(await answerTo(asked, requests.length), asked, protocol, request.signal);
    } finally {
      seen.open--;
    }
  };
  const models = { object: 'list', data: [{ id: 'test-model', object: 'model' }] };
  const tags = { models: [{ name: 'test-model', model: 'test-model', size: 4_000_000_000, details: {} }] };
  const server: Bun.Server<undefined> = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    // Seconds; 0 is never.
    idleTimeout: 0,
    routes: {
      '/v1/chat/completions': { POST: chat(openai) },
      '/v1/models': () => Response.json(models),
      '/api/chat': { POST: chat(ollama) },
      '/api/tags': () => Response.json(tags),
      '/api/version': () => Response.json({ version: '0.12.0' }),
    },
    fetch: () => errorOf(new Refusal(404, 'no such endpoint')),
  });
  return {
    baseUrl: `http://127.0.0.1:${server.port}/v1`,
    requests,
    get mostAtOnce() {
      return seen.mostAtOnce;
    },
    get abandoned() {
      return seen.abandoned;
    },
    stop: () => server.stop(true),
  };
}

type Chat = Omit<ChatRequest, 'authorization'>;

function isChat(body: unknown): body is Chat {
  return typeof body === 'object' && body !== null && 'model' in body && 'messages' in body;
}

async function respond(answer: Answer, asked: ChatRequest, protocol: Protocol, signal: AbortSignal): Promise<Response> {
  if (answer instanceof Refusal) return errorOf(answer);
  if (answer instanceof Silence) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  if (answer instanceof Slow) {
    await sleep(answer.milliseconds, undefined, { signal }).catch(() => {});
    return respond(answer.answer, asked, protocol, signal);
  }
  if (answer instanceof CutStream) return streamed(asked, protocol, new Said(answer.answer), 'cut');
  if (answer instanceof Halting) return streamed(asked, protocol, new Said(answer.answer), 'whole', answer.goOn);
  if (answer instanceof Endless) return streamed(asked, protocol, new Said(answer.text), 'endless');
  const said = answer instanceof Said ? answer : new Said(answer);
  return protocol.streams(asked) ? streamed(asked, protocol, said, 'whole') : protocol.whole(asked, said);
}

/** In OpenAI's words, which Ollama's own are a part of. */
function errorOf({ status, message, headers, code }: Refusal): Response {
  return Response.json({ error: { message, type: 'error', param: null, code } }, { status, headers });
}

function textOf({ answer }: Said): string {
  return typeof answer === 'string' ? answer : JSON.stringify(answer);
}

function streamed(
  asked: ChatRequest,
  protocol: Protocol,
  said: Said,
  how: 'whole' | 'cut' | 'endless',
  goOn?: Promise<void>,
): Response {
  const text = textOf(said);
  const pieces = text.match(/[\s\S]{1,120}/g) ?? [];
  const encoder = new TextEncoder();
  let at = 0;
  const body = new ReadableStream({
    async pull(controller) {
      const send = (line: string) => controller.enqueue(encoder.encode(line));
      if (how === 'cut' && at >= pieces.length / 2) return controller.close();
      if (how === 'endless') {
        await sleep(0);
        return send(protocol.piece(asked, text));
      }
      if (at >= pieces.length / 2) await goOn;
      const piece = pieces[at++];
      if (piece !== undefined) return send(protocol.piece(asked, piece));
      send(protocol.end(asked, said));
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': protocol.mediaType } });
}

interface Protocol {
  mediaType: string;
  streams(asked: ChatRequest): boolean;
  whole(asked: ChatRequest, said: Said): Response;
  piece(asked: ChatRequest, content: string): string;
  end(asked: ChatRequest, said: Said): string;
}

/** platform.openai.com/docs/api-reference/chat: an answer, or server-sent events. */
const openai: Protocol = {
  mediaType: 'text/event-stream',
  streams: ({ stream }) => stream === true,
  whole: ({ model }, said) =>
    Response.json({
      ...openaiHead(model, 'chat.completion'),
      choices: [{ index: 0, message: { role: 'assistant', content: textOf(said) }, finish_reason: said.finish }],
      usage: openaiUsage(said),
    }),
  piece: ({ model }, content) =>
    event({
      ...openaiHead(model, 'chat.completion.chunk'),
      choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }],
    }),
  end({ model, stream_options }, said) {
    const head = openaiHead(model, 'chat.completion.chunk');
    const finish = event({ ...head, choices: [{ index: 0, delta: {}, finish_reason: said.finish }] });
    const usage = stream_options?.include_usage ? event({ ...head, choices: [], usage: openaiUsage(said) }) : '';
    return `${finish}${usage}data: [DONE]\n\n`;
  },
};

function openaiHead(model: string, object: string) {
  return { id: 'chatcmpl-1', object, created: 1_700_000_000, model };
}

function openaiUsage({ usage }: Said) {
  if (!usage) return undefined;
  const { input, output } = usage;
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** docs.ollama.com/api/chat: streamed as lines of JSON unless `stream` is false. */
const ollama: Protocol = {
  mediaType: 'application/x-ndjson',
  streams: ({ stream }) => stream !== false,
  whole: ({ model }, said) => Response.json({ ...ollamaHead(model, textOf(said)), ...ollamaEnd(said) }),
  piece: ({ model }, content) => `${JSON.stringify({ ...ollamaHead(model, content), done: false })}\n`,
  end: ({ model }, said) => `${JSON.stringify({ ...ollamaHead(model, ''), ...ollamaEnd(said) })}\n`,
};

function ollamaHead(model: string, content: string) {
  return { model, created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content } };
}

function ollamaEnd({ finish, usage }: Said) {
  return { done: true, done_reason: finish, prompt_eval_count: usage?.input, eval_count: usage?.output };
}

interface Line {
  id: number;
  text: string;
}

/** The lines with ids that a question is about, such as `[12] Ana: Yes.`; those of the last `<tag>…</tag>` in it. */
export function linesIn(request: ChatRequest, tag = 'transcript'): Line[] {
  const asked = request.messages.find(({ role }) => role === 'user')?.content ?? '';
  const fenced = asked.slice(asked.lastIndexOf(`<${tag}>`), asked.lastIndexOf(`</${tag}>`));
  return [...fenced.matchAll(/^\[(\d+)\] (.*)$/gm)].map(([, id, text = '']) => ({ id: Number(id), text }));
}

/** Whether the question is about the notes on a video's parts rather than about its transcript. */
export function asksToReduce(request: ChatRequest): boolean {
  return request.messages.some(({ role, content }) => role === 'user' && content.includes('<notes>'));
}

/**
 * What a model that does its work well answers, whatever it is asked: chapters of some lines each, with their points, all in
 * the lines' own words, so that the language is right and every citation holds.
 */
export function goodAnswer(request: ChatRequest): object {
  if (asksToReduce(request)) return goodReduction(linesIn(request, 'notes'));
  const lines = linesIn(request);
  const chapters = inGroups(lines, 60).map((group) => ({
    title: excerpt(group[0]?.text, 5),
    first_line: group[0]?.id ?? 0,
    points: inGroups(group, 20).map(pointOf),
  }));
  return {
    title: excerpt(lines[0]?.text, 8),
    overview: lines
      .slice(0, 2)
      .map(({ text }) => text)
      .join(' '),
    chapters,
    key_points: inGroups(lines, 40).map(pointOf),
    tags: ['video'],
    action_items: [],
    quotes: lines.slice(0, 1).map(({ id, text }) => ({ text: text.replace(/^[^:]{1,40}: /, ''), line: id })),
  };
}

function goodReduction(points: Line[]): object {
  return {
    title: excerpt(points[0]?.text, 8),
    overview: points
      .slice(0, 2)
      .map(({ text }) => text)
      .join(' '),
    key_points: inGroups(points, 6).map(([first]) => ({ text: first?.text ?? '', line: first?.id ?? 0 })),
    tags: ['video'],
  };
}

function pointOf(group: Line[]): object {
  return { text: group[0]?.text ?? '', first_line: group[0]?.id ?? 0, last_line: group.at(-1)?.id ?? 0 };
}

function inGroups(lines: Line[], size: number): Line[][] {
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, n) => lines.slice(n * size, (n + 1) * size));
}

function excerpt(text: string | undefined, words: number): string {
  return (text ?? 'Nothing').split(' ').slice(0, words).join(' ');
}
