import { DestilaError } from '@destila/contracts';

export type ModelFetch = typeof fetch;

interface ModelDoor {
  /** The key that its requests carry. */
  key: string | undefined;
  /** Seconds for a whole answer. */
  timeout: number;
  /** What goes out in the end. */
  through: ModelFetch;
}

/**
 * `fetch` for one server of models: an answer has a deadline, a redirect takes the key nowhere else, and a refusal that
 * repeats the key does not bring it into a log. An aborted request closes its connection.
 */
export function modelFetch({ key, timeout, through }: ModelDoor): ModelFetch {
  const ask = async (input: string | URL | Request, init: RequestInit = {}) => {
    const deadline = AbortSignal.timeout(timeout * 1000);
    const response = await through(input, {
      ...init,
      signal: init.signal ? AbortSignal.any([init.signal, deadline]) : deadline,
      redirect: 'manual',
      // Bun's own limit of five minutes without a byte is short for a model that thinks.
      timeout: timeout * 1000,
    });
    if (response.status >= 300 && response.status < 400) {
      throw new DestilaError('llm_rejected', { detail: `HTTP ${response.status}: it answers with a redirect` });
    }
    return response.ok ? response : refusal(response, key);
  };
  return Object.assign(ask, { preconnect: fetch.preconnect });
}

async function refusal(response: Response, key: string | undefined): Promise<Response> {
  const text = await response.text();
  const headers = new Headers(response.headers);
  const delay = headers.has('retry-after') ? null : googleRetryDelay(text);
  if (delay !== null) headers.set('retry-after', delay);
  const { status, statusText } = response;
  return new Response(key ? text.replaceAll(key, '…') : text, { status, statusText, headers });
}

/** Google says how long to wait in the body (google.rpc.RetryInfo): `"retryDelay": "34.5s"`. */
function googleRetryDelay(text: string): string | null {
  const seconds = /"retryDelay"\s*:\s*"([\d.]+)s"/.exec(text)?.[1];
  return seconds === undefined ? null : String(Math.ceil(Number(seconds)));
}
