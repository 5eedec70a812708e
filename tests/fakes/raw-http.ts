import type { Socket } from 'node:net';

/** What a fake site says, written to the socket as it is: a proper HTTP server would not let it lie. */

/** One whole answer, honest about its length unless `headers` say another one. */
export function respond(
  socket: Socket,
  status: number,
  headers: Record<string, string>,
  body: string | Uint8Array = '',
) {
  const bytes = Buffer.from(body);
  socket.end(Buffer.concat([head(status, { 'content-length': `${bytes.length}`, ...headers }), bytes]));
}

export function head(status: number, headers: Record<string, string>): Buffer {
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([`HTTP/1.1 ${status} Status`, ...lines, '', ''].join('\r\n'));
}

/** The same bytes over and over, as fast as they are taken: `times`, or for ever. */
export function pour(socket: Socket, bytes: Uint8Array, times = Number.POSITIVE_INFINITY) {
  let poured = 0;
  const more = () => {
    while (!socket.destroyed && poured < times) {
      poured += 1;
      if (!socket.write(bytes)) return;
    }
    if (poured === times) socket.end();
  };
  socket.on('drain', more);
  more();
}

/** A few bytes at a time, `pause` milliseconds apart, and nothing after them but the open connection. */
export async function drip(socket: Socket, pieces: Iterable<string | Uint8Array>, pause: number) {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    socket.write(piece);
    await Bun.sleep(pause);
  }
}
