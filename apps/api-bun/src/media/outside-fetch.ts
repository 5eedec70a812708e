import { DestilaError, readRetryAfter } from '@destila/contracts';
import type { GuardProxy, GuardSession } from './guard-proxy.ts';
import { outsideUrl } from './source-url.ts';

export interface OutsideResponse {
  /** Where the redirects ended. */
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  /** The body, piece by piece. @throws {DestilaError} `network` when it breaks off or goes quiet. */
  chunks(): AsyncGenerator<Uint8Array>;
  /** Lets go of the connection; needed when the body is not read to its end. */
  cancel(): void;
}

/**
 * A GET to the outside, through the guard, that follows redirects. Aborts with the signal's own reason.
 * @throws {DestilaError} `network`, `private_address`, or `invalid_url` for a redirect to something that is not http(s)
 */
export type OutsideFetch = (
  url: string,
  options: { signal: AbortSignal; headers?: Record<string, string> },
) => Promise<OutsideResponse>;

/** The Fetch standard's own limit (§4.4, HTTP-redirect fetch). */
const MAX_REDIRECTS = 20;
/** Bytes a second, over an idle deadline: a site that drips is as good as silent. */
const LEAST_RATE = 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function createOutsideFetch(
  guard: GuardProxy,
  settings: { allowPrivateNetwork: boolean /** Milliseconds without a byte. */; idleDeadline?: number },
): OutsideFetch {
  return async (url, options) => {
    let hop = outsideUrl(url, settings);
    for (let count = 0; count <= MAX_REDIRECTS; count++) {
      const response = await fetchHop(guard, hop.href, { idleDeadline: 30_000, ...settings, ...options });
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
      if (location === null) return response;
      response.cancel();
      hop = outsideUrl(URL.parse(location, hop.href)?.href ?? location, settings);
    }
    throw new DestilaError('source_unavailable', { detail: `more than ${MAX_REDIRECTS} redirects` });
  };
}

/** What a status other than success means for a download; null for success. */
export function sourceError(response: OutsideResponse): DestilaError | null {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return null;
  const detail = `HTTP ${status}`;
  if (status === 404 || status === 410) return new DestilaError('source_not_found', { detail });
  if (status === 429)
    return new DestilaError('rate_limited', { detail, ...readRetryAfter(headers.get('retry-after')) });
  if (status === 503)
    return new DestilaError('source_unavailable', { detail, ...readRetryAfter(headers.get('retry-after')) });
  if (status >= 500 || status === 408) return new DestilaError('source_unavailable', { detail });
  return new DestilaError('source_forbidden', { detail });
}

/**
 * A small file, whole in memory.
 * @throws {DestilaError} `too_large`, `network` after `deadline` milliseconds, what `sourceError` and `OutsideFetch` say
 */
export async function fetchBytes(
  fetchOutside: OutsideFetch,
  url: string,
  options: { signal: AbortSignal; limit: number; deadline: number },
): Promise<Uint8Array> {
  const late = new DestilaError('network', { detail: `not received within ${options.deadline / 1000} s` });
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(late), options.deadline);
  try {
    const response = await fetchOutside(url, { signal: AbortSignal.any([options.signal, deadline.signal]) });
    return await readWhole(response, options.limit);
  } finally {
    clearTimeout(timer);
  }
}

async function readWhole(response: OutsideResponse, limit: number): Promise<Uint8Array> {
  try {
    const failure = sourceError(response);
    if (failure) throw failure;
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.chunks()) {
      size += chunk.length;
      if (size > limit) throw new DestilaError('too_large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    response.cancel();
  }
}

interface HopOptions {
  signal: AbortSignal;
  headers?: Record<string, string>;
  idleDeadline: number;
}

async function fetchHop(guard: GuardProxy, url: string, options: HopOptions): Promise<OutsideResponse> {
  options.signal.throwIfAborted();
  using session = guard.openSession();
  const connection = new AbortController();
  const signal = AbortSignal.any([options.signal, connection.signal]);
  try {
    const response = await withinIdleDeadline(connection, options.idleDeadline, () =>
      fetch(url, {
        signal,
        redirect: 'manual',
        // Bytes as they are, so that lengths and ranges mean the file's own.
        headers: { 'accept-encoding': 'identity', 'user-agent': 'Destila', ...options.headers },
        // NO_PROXY must not open a way round the guard.
        proxy: { url: session.proxyUrl, respectNoProxy: false },
      }),
    );
    const refusal = session.failure();
    if (refusal) throw refusal;
    return {
      url,
      status: response.status,
      headers: response.headers,
      chunks: () => readChunks(response, connection, { ...options, failure: session.failure }),
      cancel: () => connection.abort(),
    };
  } catch (cause) {
    throw session.failure() ?? asNetworkError(cause, signal);
  }
}

async function* readChunks(
  response: Response,
  connection: AbortController,
  options: HopOptions & { failure: GuardSession['failure'] },
) {
  const { headers } = response;
  const endsWithConnection = !headers.has('content-length') && !headers.has('transfer-encoding');
  const reader = response.body?.getReader();
  if (!reader) return;
  const enough = (LEAST_RATE * options.idleDeadline) / 1000;
  let fresh = 0;
  let waited = 0;
  try {
    while (true) {
      const asked = performance.now();
      const { done, value } = await withinIdleDeadline(connection, options.idleDeadline - waited, () => reader.read());
      if (!done) {
        fresh += value.length;
        waited += performance.now() - asked;
        if (fresh >= enough) fresh = waited = 0;
        yield value;
        continue;
      }
      // Bun takes a reset for the end of a body whose length nobody said; the guard knows better.
      const failure = endsWithConnection && options.failure();
      if (failure) throw failure;
      return;
    }
  } catch (cause) {
    throw asNetworkError(cause, AbortSignal.any([options.signal, connection.signal]));
  } finally {
    connection.abort();
  }
}

async function withinIdleDeadline<T>(connection: AbortController, milliseconds: number, wait: () => Promise<T>) {
  const quiet = new DestilaError('network', { detail: 'next to nothing received' });
  const timer = setTimeout(() => connection.abort(quiet), milliseconds);
  try {
    return await wait();
  } finally {
    clearTimeout(timer);
  }
}

/** What an aborted wait was aborted with; anything else that goes wrong on the way is the network. */
function asNetworkError(cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (cause instanceof DestilaError) return cause;
  return new DestilaError('network', { detail: cause instanceof Error ? cause.message : String(cause), cause });
}
