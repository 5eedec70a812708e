import { connect, createServer, type Socket } from 'node:net';

/** A proxy as an operator may have one: HTTP CONNECT and SOCKS5 on one port. Every target it is asked for is `site`. */
export interface OutsideProxy extends AsyncDisposable {
  readonly port: number;
  /** As they were asked for: `93.184.216.34:80`. */
  readonly targets: string[];
}

export interface OutsideProxyOptions {
  site: { port: number };
  /** Without them nobody gets through. */
  credentials?: string;
  /** What it answers instead of connecting: an HTTP status and its SOCKS twin. */
  refusal?: { status: number; reply: number };
}

export async function startOutsideProxy(options: OutsideProxyOptions): Promise<OutsideProxy> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => client.destroy());
    nextData(client).then((first) => {
      const serve = first[0] === 5 ? serveSocks : serveHttp;
      serve(client, first, { ...options, targets }).catch(() => client.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    targets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Service = OutsideProxyOptions & { targets: string[] };

async function serveHttp(client: Socket, head: Buffer, { site, credentials, refusal, targets }: Service) {
  const [requestLine = '', ...headers] = head.toString('latin1').split('\r\n');
  const expected = `Proxy-Authorization: Basic ${Buffer.from(credentials ?? '').toString('base64')}`;
  const answer = (status: string) => client.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
  if (credentials && !headers.includes(expected)) return answer('407 Proxy Authentication Required');
  targets.push(requestLine.split(' ')[1] ?? '');
  if (refusal) return answer(`${refusal.status} Refused`);
  client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  join(client, site.port);
}

async function serveSocks(client: Socket, greeting: Buffer, { site, credentials, refusal, targets }: Service) {
  const method = credentials ? 2 : 0;
  if (!greeting.subarray(2).includes(method)) return client.end(Buffer.from([5, 255]));
  client.write(Buffer.from([5, method]));
  if (credentials) {
    const asked = await nextData(client);
    const name = asked.subarray(2, 2 + (asked[1] ?? 0)).toString();
    const password = asked.subarray(3 + (asked[1] ?? 0)).toString();
    const isKnown = `${name}:${password}` === credentials;
    client.write(Buffer.from([1, isKnown ? 0 : 1]));
    if (!isKnown) return client.end();
  }
  const request = await nextData(client);
  const addressEnd = request[3] === 1 ? 8 : 20;
  const address = request.subarray(4, addressEnd);
  const host = request[3] === 1 ? address.join('.') : `[${(address.toString('hex').match(/.{4}/g) ?? []).join(':')}]`;
  targets.push(`${host}:${request.readUInt16BE(addressEnd)}`);
  // In two pieces, as a network may deliver it.
  client.write(Buffer.from([5, refusal?.reply ?? 0, 0]));
  await Bun.sleep(5);
  client.write(Buffer.from([1, 0, 0, 0, 0, 0, 0]));
  if (refusal) return client.end();
  join(client, site.port);
}

function nextData(socket: Socket): Promise<Buffer> {
  return new Promise((resolve) => socket.once('data', resolve));
}

function join(client: Socket, port: number) {
  const site = connect({ host: '127.0.0.1', port });
  site.on('error', () => client.destroy());
  client.on('close', () => site.destroy());
  client.pipe(site).pipe(client);
}
