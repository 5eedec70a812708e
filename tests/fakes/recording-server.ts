export interface RecordedRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  /** Parsed when it is JSON; null when there is none. */
  body: unknown;
}

export interface RecordingServer extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** How many connections were closed before their answer was whole. */
  readonly aborted: () => number;
}

/** A server on loopback that remembers what it is asked and answers as told; `n` counts its requests from 0. */
export function startRecordingServer(
  answer: (request: RecordedRequest, n: number) => Response | Promise<Response>,
): RecordingServer {
  const requests: RecordedRequest[] = [];
  let aborted = 0;
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      request.signal.addEventListener('abort', () => aborted++);
      const { pathname, search } = new URL(request.url);
      const text = await request.text();
      const recorded = {
        method: request.method,
        path: `${pathname}${search}`,
        headers: Object.fromEntries(request.headers),
        body: text === '' ? null : JSON.parse(text),
      };
      return answer(recorded, requests.push(recorded) - 1);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    aborted: () => aborted,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
