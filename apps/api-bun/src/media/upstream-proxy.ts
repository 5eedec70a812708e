import { connect, isIPv6, type Socket } from 'node:net';
import { DestilaError } from '@destila/contracts';
import { endOfHead, readMessage } from './socket-message.ts';

/** An address, not a name: it has been resolved and checked, and the proxy must not resolve anything anew. */
export interface Target {
  host: string;
  port: number;
}

/** Milliseconds for each answer of the proxy, which has a connection of its own to make. */
const ANSWER_DEADLINE = 20_000;

/**
 * Connects to a target through the operator's proxy: `http:` by CONNECT (RFC 9110 §9.3.6), `socks5:` by RFC 1928.
 * @throws {DestilaError} `download_proxy_failed`; `network` when the proxy says that the target does not answer
 */
export async function connectThroughProxy(proxy: URL, target: Target): Promise<Socket> {
  const isSocks = proxy.protocol.startsWith('socks');
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: Number(proxy.port || (isSocks ? 1080 : 80)) });
  try {
    await connected(socket);
    await (isSocks ? askSocks : askHttp)(socket, proxy, target);
    return socket;
  } catch (cause) {
    socket.destroy();
    if (cause instanceof DestilaError) throw cause;
    throw new DestilaError('download_proxy_failed', {
      detail: cause instanceof Error ? cause.message : undefined,
      cause,
    });
  }
}

function connected(socket: Socket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error('the proxy does not answer')), ANSWER_DEADLINE);
  socket.once('connect', resolve);
  socket.once('error', reject);
  socket.once('close', () => reject(new Error('the proxy closed the connection')));
  return promise.finally(() => clearTimeout(timer));
}

async function askHttp(socket: Socket, proxy: URL, target: Target) {
  const authority = `${isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`;
  const { username, password } = credentials(proxy);
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  const authorization = username ? [`Proxy-Authorization: Basic ${basic}`] : [];
  socket.write([`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`, ...authorization, '', ''].join('\r\n'));
  const { message, rest } = await readMessage(socket, endOfHead, ANSWER_DEADLINE);
  const [statusLine = ''] = message.toString('latin1').split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  if (status >= 200 && status < 300) return giveBack(socket, rest);
  throw new DestilaError(status >= 500 ? 'network' : 'download_proxy_failed', { detail: `proxy: ${statusLine}` });
}

const NO_PASSWORD = 0;
const PASSWORD = 2;
/** Network unreachable, host unreachable, connection refused, TTL expired (RFC 1928 §6): the target's fault. */
const TARGET_FAILURES = new Set([3, 4, 5, 6]);

async function askSocks(socket: Socket, proxy: URL, target: Target) {
  const { username, password } = credentials(proxy);
  const methods = username ? [NO_PASSWORD, PASSWORD] : [NO_PASSWORD];
  const [, method] = await exchange(socket, [5, methods.length, ...methods], () => 2);
  if (method === PASSWORD) await signIn(socket, username, password);
  else if (method !== NO_PASSWORD) throw new Error('the proxy wants another sign-in');

  const port = [target.port >> 8, target.port & 255];
  const [, reply = -1] = await exchange(socket, [5, 1, 0, ...socksAddress(target.host), ...port], endOfSocksReply);
  if (reply === 0) return;
  throw new DestilaError(TARGET_FAILURES.has(reply) ? 'network' : 'download_proxy_failed', {
    detail: `proxy: SOCKS reply ${reply}`,
  });
}

/** RFC 1929. */
async function signIn(socket: Socket, username: string, password: string) {
  const field = (text: string) => [Buffer.byteLength(text), ...Buffer.from(text)];
  const [, status] = await exchange(socket, [1, ...field(username), ...field(password)], () => 2);
  if (status !== 0) throw new Error('the proxy refuses the credentials');
}

async function exchange(socket: Socket, bytes: number[], endOf: (received: Buffer) => number | null): Promise<Buffer> {
  socket.write(Buffer.from(bytes));
  const { message, rest } = await readMessage(socket, endOf, ANSWER_DEADLINE);
  giveBack(socket, rest);
  return message;
}

/** The reply ends with an address, whose length its fourth byte tells. */
function endOfSocksReply(received: Buffer): number | null {
  const [, , , kind, length = 0] = received;
  if (received.length < 5) return null;
  return 6 + (kind === 1 ? 4 : kind === 4 ? 16 : 1 + length);
}

function socksAddress(host: string): number[] {
  if (!isIPv6(host)) return [1, ...host.split('.').map(Number)];
  // `URL` writes an embedded IPv4 address as groups, too.
  const plain = new URL(`http://[${host}]`).hostname.slice(1, -1);
  const [head = [], tail] = plain.split('::').map((side) => side.split(':').filter(Boolean));
  const zeros = tail ? Array<string>(8 - head.length - tail.length).fill('0') : [];
  const groups = [...head, ...zeros, ...(tail ?? [])].map((group) => Number.parseInt(group, 16));
  return [4, ...groups.flatMap((group) => [group >> 8, group & 255])];
}

function credentials({ username, password }: URL) {
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

function giveBack(socket: Socket, rest: Buffer) {
  if (rest.length > 0) socket.unshift(rest);
}
