import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { DestilaError } from '@destila/contracts';
import { type MediaSite, startMediaSite } from '../../../../tests/fakes/media-site.ts';
import { type GuardOptions, type GuardProxy, startGuardProxy } from './guard-proxy.ts';
import { createOutsideFetch } from './outside-fetch.ts';

const PUBLIC = '93.184.216.34';
const never = new AbortController().signal;

let site: MediaSite;
let guard: GuardProxy | undefined;
beforeAll(async () => {
  site = await startMediaSite();
});
afterAll(() => site.close());
afterEach(async () => {
  await guard?.close();
  guard = undefined;
});

/** An internet in which the names of `names` exist, and everything that is public is the site. */
function internet(names: Record<string, string[]>) {
  const connections: string[] = [];
  const options: GuardOptions = {
    allowPrivateNetwork: false,
    lookup: async (host) => names[host] ?? [host],
    connect: ({ host }) => {
      connections.push(host);
      return connect({ host: '127.0.0.1', port: site.port });
    },
  };
  return { options, connections };
}

async function visit(url: string, options: GuardOptions): Promise<string> {
  guard ??= await startGuardProxy(options);
  try {
    const response = await createOutsideFetch(guard, options)(url, { signal: never });
    response.cancel();
    return String(response.status);
  } catch (error) {
    return error instanceof DestilaError ? error.code : String(error);
  }
}

/** What the guard answers to a request with these lines, in an open session, and to the bytes after it. */
async function say(guard: GuardProxy, lines: string[], more = ''): Promise<string> {
  using session = guard.openSession();
  const proxy = new URL(session.proxyUrl);
  const socket = connect({ host: proxy.hostname, port: Number(proxy.port) });
  const credential = btoa(`${proxy.username}:${proxy.password}`);
  socket.write([...lines, `Proxy-Authorization: Basic ${credential}`, '', more].join('\r\n'));
  return await new Response(Readable.toWeb(socket)).text();
}

describe('the guard', () => {
  test('connects to the address it checked, over plain HTTP', async () => {
    const { options, connections } = internet({ 'videos.test': [PUBLIC] });
    expect(await visit('http://videos.test/html', options)).toBe('200');
    expect(connections).toEqual([PUBLIC]);
    const received = site.requests.at(-1)?.headers;
    expect(received?.host).toBe('videos.test');
    expect(Object.keys(received ?? {}).filter((name) => name.startsWith('proxy-'))).toEqual([]);
  });

  test.each(['http', 'https'])('refuses a name that resolves to a private address, over %s', async (scheme) => {
    for (const address of ['127.0.0.1', '::1', '169.254.169.254', '::ffff:10.0.0.1', '64:ff9b::7f00:1', 'fe80::1']) {
      const { options, connections } = internet({ 'inside.test': [PUBLIC, address] });
      expect([address, await visit(`${scheme}://inside.test/`, options)]).toEqual([address, 'private_address']);
      expect(connections).toEqual([]);
      await guard?.close();
      guard = undefined;
    }
  });

  test('asks for a name once a connection, so that a second answer cannot differ from the one it checked', async () => {
    const answers = [[PUBLIC], ['127.0.0.1'], [PUBLIC]];
    const { options, connections } = internet({});
    const lookup = async () => answers.shift() ?? [];
    const changing = { ...options, lookup };
    expect(await visit('http://changing.test/html', changing)).toBe('200');
    expect(await visit('http://changing.test/html', changing)).toBe('private_address');
    expect(connections).toEqual([PUBLIC]);
    expect(answers).toHaveLength(1);
  });

  test.each([
    ['http://169.254.169.254/latest/meta-data/', 'private_address'],
    ['http://127.0.0.1:3000/api/jobs', 'private_address'],
    ['http://[::1]/', 'private_address'],
    ['http://0x7f.1/', 'private_address'],
    ['http://inside.test/', 'private_address'],
    ['https://inside.test/', 'private_address'],
    ['file:///etc/passwd', 'invalid_url'],
  ])('a redirect to %p ends with %p', async (target, code) => {
    const { options, connections } = internet({ 'videos.test': [PUBLIC], 'inside.test': ['192.168.0.10'] });
    expect(await visit(`http://videos.test/redirect?to=${encodeURIComponent(target)}`, options)).toBe(code);
    expect(connections).toEqual([PUBLIC]);
  });

  test('follows a redirect to another public host, and gives up on a loop', async () => {
    const { options } = internet({ 'videos.test': [PUBLIC], 'cdn.test': [PUBLIC] });
    expect(await visit('http://videos.test/redirect?to=http://cdn.test/html', options)).toBe('200');
    expect(await visit('http://videos.test/redirect?to=/404', options)).toBe('404');
    expect(await visit('http://videos.test/loop', options)).toBe('source_unavailable');
  });

  test('lets private addresses through where the operator allows them', async () => {
    expect(await visit(`${site.url}/html`, { allowPrivateNetwork: true })).toBe('200');
  });

  test('a name that does not resolve and a port nobody listens on are the network, over http and https', async () => {
    const options = { allowPrivateNetwork: true };
    const closed = await startMediaSite();
    await closed.close();
    expect(await visit('http://no-such-host.invalid/', options)).toBe('network');
    expect(await visit('https://no-such-host.invalid/', options)).toBe('network');
    expect(await visit(`${closed.url}/`, options)).toBe('network');
    expect(await visit(closed.url.replace('http:', 'https:'), options)).toBe('network');
  });

  test('serves nobody without a credential of an open session', async () => {
    guard = await startGuardProxy({ allowPrivateNetwork: true });
    const session = guard.openSession();
    const through = (proxy: string) => fetch(`${site.url}/html`, { proxy: { url: proxy, respectNoProxy: false } });
    expect((await through(session.proxyUrl)).status).toBe(200);
    expect((await through(session.proxyUrl.replace(/\/\/.*@/, '//'))).status).toBe(407);
    session[Symbol.dispose]();
    expect((await through(session.proxyUrl)).status).toBe(407);
  });

  test('tunnels bytes both ways for https', async () => {
    guard = await startGuardProxy({ allowPrivateNetwork: true });
    const received = await say(
      guard,
      [`CONNECT 127.0.0.1:${site.port} HTTP/1.1`],
      'GET /html HTTP/1.1\r\nHost: site\r\n\r\n',
    );
    expect(received).toStartWith('HTTP/1.1 200 Connection Established\r\n\r\nHTTP/1.1 200');
    expect(received).toEndWith('</html>');
  });

  test.each([
    '127.0.0.1:22',
    '127.1:443',
    '0x7f.1:443',
    '2130706433:443',
    '0.0.0.0:443',
    '[::1]:443',
    '[::ffff:127.0.0.1]:443',
    '[64:ff9b::a00:1]:443',
    '[2002:7f00:1::]:443',
    '169.254.169.254:80',
    'inside.test:443',
    'videos.test:443@127.0.0.1:443',
  ])('opens no tunnel to %s', async (target) => {
    const { options, connections } = internet({ 'videos.test': [PUBLIC], 'inside.test': ['192.168.0.10'] });
    guard = await startGuardProxy(options);
    expect(await say(guard, [`CONNECT ${target} HTTP/1.1`])).toStartWith('HTTP/1.1 403');
    expect(connections).toEqual([]);
  });

  test.each([
    ['another method', ['POST http://videos.test/html HTTP/1.1']],
    ['an address without a host', ['GET /html HTTP/1.1', 'Host: videos.test']],
    ['another scheme', ['GET ftp://videos.test/html HTTP/1.1']],
    ['a tunnel to nowhere', ['CONNECT :443 HTTP/1.1']],
    ['nothing that is HTTP', ['hello']],
  ])('takes no request with %s', async (_, lines) => {
    const { options, connections } = internet({ 'videos.test': [PUBLIC] });
    guard = await startGuardProxy(options);
    expect(await say(guard, lines)).toStartWith('HTTP/1.1 400');
    expect(connections).toEqual([]);
  });

  test('tells a site the name that was checked, whatever other the request carries', async () => {
    const { options, connections } = internet({ 'videos.test': [PUBLIC], 'inside.test': ['10.0.0.1'] });
    guard = await startGuardProxy(options);
    const lines = [
      'GET http://videos.test:8080/html HTTP/1.1',
      'Host: inside.test',
      'host : 127.0.0.1',
      'Upgrade: websocket',
    ];
    expect(await say(guard, [...lines, 'Connection: Upgrade'])).toStartWith('HTTP/1.1 200');
    expect(connections).toEqual([PUBLIC]);
    expect(site.requests.at(-1)?.headers).toEqual({ host: 'videos.test:8080', connection: 'close' });
  });

  test.each([
    ['pipelined', ['GET http://videos.test/html HTTP/1.1'], 'GET http://inside.test/secret HTTP/1.1\r\n\r\n'],
    [
      'hidden in a body',
      ['GET http://videos.test/html HTTP/1.1', 'Content-Length: 44', 'Transfer-Encoding: chunked'],
      '0\r\n\r\nGET /secret HTTP/1.1\r\nHost: inside.test\r\n\r\n',
    ],
  ])('sends one request a connection: a second one, %s, reaches nobody', async (_, lines, more) => {
    const { options, connections } = internet({ 'videos.test': [PUBLIC], 'inside.test': ['10.0.0.1'] });
    guard = await startGuardProxy(options);
    const before = site.requests.length;
    await say(guard, lines, more);
    expect(site.requests.slice(before).map(({ path }) => path)).toEqual(['/html']);
    expect(Object.keys(site.requests.at(-1)?.headers ?? {})).toEqual(['host', 'connection']);
    expect(connections).toEqual([PUBLIC]);
  });

  test('lets go of a site whose visitor left before it answered', async () => {
    const lookedUp = Promise.withResolvers<string[]>();
    const upstream = Promise.withResolvers<Socket>();
    guard = await startGuardProxy({
      allowPrivateNetwork: true,
      lookup: () => lookedUp.promise,
      connect() {
        const socket = connect({ host: '127.0.0.1', port: site.port });
        upstream.resolve(socket);
        return socket;
      },
    });
    using session = guard.openSession();
    const proxy = new URL(session.proxyUrl);
    const visitor = connect({ host: proxy.hostname, port: Number(proxy.port) });
    const credential = btoa(`${proxy.username}:${proxy.password}`);
    visitor.write(`CONNECT videos.test:443 HTTP/1.1\r\nProxy-Authorization: Basic ${credential}\r\n\r\n`);
    await Bun.sleep(50);
    visitor.resetAndDestroy();
    await Bun.sleep(50);
    lookedUp.resolve([PUBLIC]);
    const socket = await upstream.promise;
    await new Promise((resolve) => socket.once('close', resolve));
    expect(socket.destroyed).toBe(true);
  });

  test('stays in the way although NO_PROXY names the host', async () => {
    const { options } = internet({ 'videos.test': ['10.0.0.1'] });
    const before = process.env.NO_PROXY;
    process.env.NO_PROXY = '*';
    try {
      expect(await visit('http://videos.test/html', options)).toBe('private_address');
    } finally {
      if (before === undefined) delete process.env.NO_PROXY;
      else process.env.NO_PROXY = before;
    }
  });
});
