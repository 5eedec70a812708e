import { randomBytes } from 'node:crypto';
import { lookup as systemLookup } from 'node:dns/promises';
import { createServer, type Server, type Socket, connect as systemConnect } from 'node:net';
import { DestilaError } from '@destila/contracts';
import { isPublicAddress } from './public-address.ts';
import { endOfHead, readMessage } from './socket-message.ts';
import { connectThroughProxy, type Target } from './upstream-proxy.ts';

/**
 * A proxy on loopback that all outside traffic of downloads goes through, our own and that of the programs we start.
 * It resolves a name, checks every address of the answer, and connects to the very address it checked, so that a name
 * that changes its answer between the check and the connection gains nothing.
 */
export interface GuardProxy {
  /** A credential of its own for one request or one program, which can afterwards be asked why it was refused. */
  openSession(): GuardSession;
  close(): Promise<void>;
}

export interface GuardSession extends Disposable {
  /** `http://…@127.0.0.1:port`, for `fetch` and for `--proxy`. */
  readonly proxyUrl: string;
  /** What last went wrong beyond the guard: `private_address` when it refused to connect, else `network`. */
  failure(): DestilaError | undefined;
}

export interface GuardOptions {
  allowPrivateNetwork: boolean;
  /** The operator's own, which connections are made through: to addresses that were checked here, never to names. */
  proxy?: URL;
  /** All addresses of a name. */
  lookup?: (host: string) => Promise<string[]>;
  connect?: (target: Target) => Socket;
}

interface SessionState {
  failure?: DestilaError;
}

/** Milliseconds for one address to answer. */
const CONNECT_DEADLINE = 10_000;
/** Milliseconds for a client, which is local, to send its request. */
const REQUEST_DEADLINE = 10_000;
const HEAD_END = '\r\n\r\n';

export async function startGuardProxy(options: GuardOptions): Promise<GuardProxy> {
  const sessions = new Map<string, SessionState>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    serve(client, sessions, options).catch((cause) => client.destroy(cause));
  });
  const port = await listenOnLoopback(server);

  return {
    openSession() {
      const token = randomBytes(24).toString('base64url');
      const credential = `Basic ${btoa(`guard:${token}`)}`;
      const session: SessionState = {};
      sessions.set(credential, session);
      return {
        proxyUrl: `http://guard:${token}@127.0.0.1:${port}`,
        failure: () => session.failure,
        [Symbol.dispose]: () => sessions.delete(credential),
      };
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function serve(client: Socket, sessions: Map<string, SessionState>, options: GuardOptions) {
  client.on('error', () => client.destroy());
  const { message, rest } = await readMessage(client, endOfHead, REQUEST_DEADLINE);
  const request = parseRequest(message.toString('latin1').trimEnd());
  if (!request) return answer(client, '400 Bad Request');
  const session = sessions.get(request.credential);
  if (!session) return answer(client, '407 Proxy Authentication Required', 'proxy-authenticate: Basic realm="guard"');

  try {
    const upstream = await connectChecked(request.host, request.port, options);
    // Gone meanwhile: its `close`, which would end the other side, has already been.
    if (client.destroyed) return upstream.destroy();
    joinLives(client, upstream, session);
    if (request.forward === null) tunnel(client, upstream, rest);
    else relayOnce(client, upstream, request.forward);
  } catch (cause) {
    session.failure = cause instanceof DestilaError ? cause : new DestilaError('network', { cause });
    const status = session.failure.code === 'private_address' ? '403 Forbidden' : '502 Bad Gateway';
    answer(client, status, `x-destila-refused: ${session.failure.code}`);
  }
}

/** Resolves, checks, connects. One private address among public ones refuses them all. */
async function connectChecked(host: string, port: number, options: GuardOptions): Promise<Socket> {
  const addresses = await (options.lookup ?? resolveName)(host);
  if (!options.allowPrivateNetwork && !addresses.every(isPublicAddress)) {
    throw new DestilaError('private_address', { detail: host });
  }
  let failure: unknown = new Error(`${host} has no address`);
  for (const address of addresses) {
    try {
      return await reach({ host: address, port }, options);
    } catch (cause) {
      if (cause instanceof DestilaError && cause.code === 'download_proxy_failed') throw cause;
      failure = cause;
    }
  }
  throw new DestilaError('network', { detail: `cannot connect to ${host}:${port}`, cause: failure });
}

function reach(target: Target, { proxy, connect = systemConnect }: GuardOptions): Promise<Socket> {
  return proxy ? connectThroughProxy(proxy, target) : connected(connect(target));
}

async function resolveName(host: string): Promise<string[]> {
  try {
    const answers = await systemLookup(host, { all: true });
    return answers.map(({ address }) => address);
  } catch (cause) {
    throw new DestilaError('network', { detail: `cannot resolve ${host}`, cause });
  }
}

function connected(socket: Socket): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), CONNECT_DEADLINE);
  socket.once('connect', () => resolve(socket));
  socket.once('error', reject);
  socket.once('close', () => reject(new Error('closed before it was connected')));
  return promise.finally(() => clearTimeout(timer));
}

/** CONNECT: bytes both ways, which the client encrypts. */
function tunnel(client: Socket, upstream: Socket, rest: Buffer) {
  client.write(`HTTP/1.1 200 Connection Established${HEAD_END}`);
  if (rest.length > 0) upstream.write(rest);
  client.pipe(upstream);
  upstream.pipe(client);
}

/**
 * Plain HTTP: one request, one answer, then the connection ends. A second request on it might be for another host,
 * which nobody has checked.
 */
function relayOnce(client: Socket, upstream: Socket, forward: string) {
  client.on('data', () => client.destroy());
  client.resume();
  upstream.write(forward);
  upstream.pipe(client);
}

/** A connection that breaks on one side breaks on the other, so that a cut answer never looks like a whole one. */
function joinLives(client: Socket, upstream: Socket, session: SessionState) {
  upstream.on('error', (cause) => {
    session.failure = new DestilaError('network', { detail: cause.message, cause });
    client.resetAndDestroy();
  });
  client.on('error', () => upstream.destroy());
  client.on('close', () => upstream.destroy());
}

interface ProxyRequest {
  host: string;
  port: number;
  credential: string;
  /** The head to send on; null for CONNECT. */
  forward: string | null;
}

/** Of the connection alone, of bodies, which are not passed on, and `Host`, which the target's own replaces (RFC 9112 §3.2.2). */
const NOT_FORWARDED =
  /^(host|proxy-authorization|proxy-connection|connection|keep-alive|te|upgrade|content-length|transfer-encoding|expect)$/i;

function parseRequest(head: string): ProxyRequest | null {
  const [requestLine = '', ...headers] = head.split('\r\n');
  const [method, target = ''] = requestLine.split(' ');
  const url = URL.parse(method === 'CONNECT' ? `http://${target}` : target);
  const fetches = method === 'GET' || method === 'HEAD';
  if (url?.protocol !== 'http:' || !(fetches || method === 'CONNECT')) return null;

  const credential = headers.find((line) => /^proxy-authorization:/i.test(line));
  const kept = headers.filter((line) => !NOT_FORWARDED.test(line.slice(0, line.indexOf(':')).trim()));
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 80),
    credential: credential?.slice(credential.indexOf(':') + 1).trim() ?? '',
    forward: fetches
      ? [`${method} ${url.pathname}${url.search} HTTP/1.1`, `Host: ${url.host}`, ...kept, 'Connection: close'].join(
          '\r\n',
        ) + HEAD_END
      : null,
  };
}

function answer(client: Socket, status: string, ...headers: string[]) {
  client.end([`HTTP/1.1 ${status}`, ...headers, 'Content-Length: 0', 'Connection: close'].join('\r\n') + HEAD_END);
}

function listenOnLoopback(server: Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address && typeof address === 'object') resolve(address.port);
    else reject(new Error('the guard has no port'));
  });
  return promise;
}
