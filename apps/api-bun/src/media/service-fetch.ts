import type { GuardProxy } from './guard-proxy.ts';

/**
 * `fetch` for a server that a person named, through the guard; redirects are answers as any other. The guard passes on
 * what is encrypted, and of plain HTTP a GET alone: addresses should be https.
 * @throws {DestilaError} `private_address`, `network`
 */
export function createServiceFetch(guard: GuardProxy): typeof fetch {
  const ask = async (input: string | URL | Request, init: BunFetchRequestInit = {}) => {
    using session = guard.openSession();
    // NO_PROXY must not open a way round the guard.
    const proxy = { url: session.proxyUrl, respectNoProxy: false };
    const response = await fetch(input, { ...init, redirect: 'manual', proxy }).catch((cause: unknown) => {
      init.signal?.throwIfAborted();
      throw session.failure() ?? cause;
    });
    const refusal = session.failure();
    if (refusal) throw refusal;
    return response;
  };
  return Object.assign(ask, { preconnect: fetch.preconnect });
}
