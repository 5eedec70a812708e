import type { Server } from 'bun';

/** What the model answers to one request: a string is sent as it is, a `Refusal` as an error, anything else as JSON. */
export type Answer = unknown;

export interface LlmServer {
  /** What `LLM_BASE_URL` should be. */
  readonly baseUrl: string;
  /** The bodies of all requests so far. */
  readonly requests: ChatRequest[];
  stop(): Promise<void>;
}

export interface ChatRequest extends ChatBody {
  authorization: string | null;
}

interface ChatBody {
  model: string;
  messages: Array<{ role: string; content: string }>;
  response_format?: { type: string; json_schema?: { schema: unknown } };
}

/**
 * A language model on loopback that speaks OpenAI's chat completions and says what it is told to, one answer a request;
 * the last one is repeated.
 */
export function startLlmServer(answers: Answer[]): LlmServer {
  const requests: ChatRequest[] = [];
  const server: Server<undefined> = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    routes: {
      '/v1/chat/completions': {
        async POST(request) {
          const body: unknown = await request.json();
          if (!isChatBody(body)) return errorOf(new Refusal(400, 'model and messages are required'));
          requests.push({ ...body, authorization: request.headers.get('authorization') });
          const answer = answers[Math.min(requests.length, answers.length) - 1];
          return answer instanceof Refusal ? errorOf(answer) : completion(body.model, answer);
        },
      },
    },
    fetch: () => errorOf(new Refusal(404, 'no such endpoint')),
  });
  return { baseUrl: `http://127.0.0.1:${server.port}/v1`, requests, stop: () => server.stop(true) };
}

function isChatBody(body: unknown): body is ChatBody {
  return typeof body === 'object' && body !== null && 'model' in body && 'messages' in body;
}

export class Refusal {
  constructor(
    readonly status: number,
    readonly message: string,
    readonly headers: Record<string, string> = {},
  ) {}
}

/** In OpenAI's words. */
function errorOf({ status, message, headers }: Refusal): Response {
  return Response.json({ error: { message, type: 'error', param: null, code: null } }, { status, headers });
}

function completion(model: string, answer: unknown): Response {
  const content = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return Response.json({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 },
  });
}
