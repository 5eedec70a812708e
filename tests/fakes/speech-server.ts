/** What the server does with one request: one of the classes below; anything else is sent as JSON. */
export type SpeechAnswer = object;

/** A status, a body as it stands, and headers. */
export class Reply {
  constructor(
    readonly status: number,
    readonly body: string,
    readonly headers: Record<string, string> = {},
  ) {}
}
/** Never answers. */
export class Silence {}
/** Closes the connection in place of an answer, and is gone. */
export class Cut {}
/** Answers without end. */
export class Flood {}

export interface SpeechRequest {
  path: string;
  authorization: string | null;
  /** The form's fields but the file. */
  fields: Record<string, string>;
  file: { name: string; bytes: number } | null;
  /** Settles when the client has let go of the request. */
  abandoned: Promise<void>;
}

export interface SpeechServerFake {
  /** Without `/v1`. */
  readonly url: string;
  readonly requests: SpeechRequest[];
  /** Resolves with the next request that comes. */
  nextRequest(): Promise<SpeechRequest>;
  stop(): Promise<void>;
}

/**
 * A server on loopback that is asked like OpenAI's `/v1/audio/transcriptions` and does what it is told, one answer a
 * request; the last one is repeated.
 */
export function startSpeechServer(answers: SpeechAnswer[]): SpeechServerFake {
  const requests: SpeechRequest[] = [];
  const waiting: Array<(request: SpeechRequest) => void> = [];
  const server: Bun.Server<undefined> = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    // Seconds; 0 is never.
    idleTimeout: 0,
    async fetch(request) {
      const received = await receive(request);
      requests.push(received);
      for (const resolve of waiting.splice(0)) resolve(received);
      const answer = answers[Math.min(requests.length, answers.length) - 1] ?? {};
      if (answer instanceof Cut) server.stop(true);
      return respond(answer);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    stop: () => server.stop(true),
  };
}

async function receive(request: Request): Promise<SpeechRequest> {
  const abandoned = new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()));
  const form = await request.formData();
  const file = form.get('file');
  const fields = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  return {
    path: new URL(request.url).pathname,
    authorization: request.headers.get('authorization'),
    fields: Object.fromEntries(fields),
    file: file instanceof File ? { name: file.name, bytes: file.size } : null,
    abandoned,
  };
}

function respond(answer: SpeechAnswer): Response | Promise<Response> {
  if (answer instanceof Reply) return new Response(answer.body, { status: answer.status, headers: answer.headers });
  if (answer instanceof Flood) return new Response(withoutEnd());
  if (answer instanceof Silence || answer instanceof Cut) return new Promise(() => {});
  return Response.json(answer);
}

function withoutEnd(): ReadableStream<Uint8Array> {
  const piece = new Uint8Array(1024 ** 2).fill(32);
  return new ReadableStream({ pull: (controller) => controller.enqueue(piece) });
}
