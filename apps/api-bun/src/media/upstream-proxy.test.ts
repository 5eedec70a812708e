import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { DestilaError } from '@destila/contracts';
import { type MediaSite, startMediaSite } from '../../../../tests/fakes/media-site.ts';
import {
  type OutsideProxy,
  type OutsideProxyOptions,
  startOutsideProxy,
} from '../../../../tests/fakes/outside-proxy.ts';
import { type GuardProxy, startGuardProxy } from './guard-proxy.ts';
import { createOutsideFetch } from './outside-fetch.ts';

const NAMES: Record<string, string[]> = {
  'videos.test': ['93.184.216.34'],
  'v6.test': ['2606:4700::1111'],
  'inside.test': ['10.0.0.1'],
};

let site: MediaSite;
beforeAll(async () => {
  site = await startMediaSite();
});
afterAll(() => site.close());

let proxy: OutsideProxy;
let guard: GuardProxy;
afterEach(async () => {
  await guard.close();
  await proxy[Symbol.asyncDispose]();
});

/** The status or the error code that a visit ends with, through a guard that has `proxy` before it. */
async function visit(url: string, scheme: string, options: Partial<OutsideProxyOptions> = {}, credentials = '') {
  proxy = await startOutsideProxy({ site, ...options });
  guard = await startGuardProxy({
    allowPrivateNetwork: false,
    lookup: async (host) => NAMES[host] ?? [host],
    proxy: new URL(`${scheme}://${credentials && `${credentials}@`}127.0.0.1:${proxy.port}`),
  });
  return outcome(url);
}

async function outcome(url: string): Promise<number | string> {
  try {
    const fetchOutside = createOutsideFetch(guard, { allowPrivateNetwork: false });
    const response = await fetchOutside(url, { signal: AbortSignal.timeout(20_000) });
    for await (const _ of response.chunks());
    return response.status;
  } catch (error) {
    return error instanceof DestilaError ? error.code : String(error);
  }
}

describe.each(['http', 'socks5'])("through the operator's %s proxy", (scheme) => {
  test('the proxy is asked for the address that was checked, never for a name', async () => {
    expect(await visit('http://videos.test/html', scheme)).toBe(200);
    expect(proxy.targets).toEqual(['93.184.216.34:80']);
    expect(site.requests.at(-1)?.headers.host).toBe('videos.test');
  });

  test('an IPv6 address is one, too', async () => {
    expect(await visit('http://v6.test:8080/html', scheme)).toBe(200);
    const [target = ''] = proxy.targets;
    expect(new URL(`http://${target}`).host).toBe('[2606:4700::1111]:8080');
  });

  test('a private address is refused before the proxy hears of it, after a redirect too', async () => {
    expect(await visit('http://inside.test/', scheme)).toBe('private_address');
    expect(await outcome('https://inside.test/')).toBe('private_address');
    expect(await outcome('http://videos.test/redirect?to=http://inside.test/')).toBe('private_address');
    expect(proxy.targets).toEqual(['93.184.216.34:80']);
  });

  test('its credentials are given, with whatever signs they have', async () => {
    const encoded = `ana:${encodeURIComponent('p@ss/w:ñ')}`;
    expect(await visit('http://videos.test/html', scheme, { credentials: 'ana:p@ss/w:ñ' }, encoded)).toBe(200);
  });

  test('wrong or missing credentials say that the proxy is at fault', async () => {
    expect(await visit('http://videos.test/html', scheme, { credentials: 'ana:right' }, 'ana:wrong')).toBe(
      'download_proxy_failed',
    );
    await guard.close();
    await proxy[Symbol.asyncDispose]();
    expect(await visit('http://videos.test/html', scheme, { credentials: 'ana:right' })).toBe('download_proxy_failed');
  });

  test('a proxy that refuses is told from a site that does not answer', async () => {
    const refused = { refusal: { status: 403, reply: 2 } };
    expect(await visit('http://videos.test/html', scheme, refused)).toBe('download_proxy_failed');
    await guard.close();
    await proxy[Symbol.asyncDispose]();
    const unanswered = { refusal: { status: 502, reply: 5 } };
    expect(await visit('http://videos.test/html', scheme, unanswered)).toBe('network');
  });

  test('a proxy that is not there says so, and nothing goes round it', async () => {
    expect(await visit('http://videos.test/html', scheme)).toBe(200);
    const before = site.requests.length;
    await proxy[Symbol.asyncDispose]();
    expect(await outcome('http://videos.test/html')).toBe('download_proxy_failed');
    expect(site.requests.length).toBe(before);
  });
});
