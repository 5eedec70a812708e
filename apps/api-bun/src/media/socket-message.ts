import type { Socket } from 'node:net';

const MAX_BYTES = 64 * 1024;

/**
 * Reads one message of a conversation that comes before the bytes proper. `endOf` says where it ends, null while it is not
 * all there. Leaves the socket paused; `rest` is what already came after it. `deadline` in milliseconds.
 */
export async function readMessage(
  socket: Socket,
  endOf: (received: Buffer) => number | null,
  deadline: number,
): Promise<{ message: Buffer; rest: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ message: Buffer; rest: Buffer }>();
  let received = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    const end = endOf(received);
    if (end !== null && end <= received.length) {
      socket.pause();
      socket.off('data', onData);
      resolve({ message: received.subarray(0, end), rest: received.subarray(end) });
    } else if (received.length > MAX_BYTES) reject(new Error('the message is too long'));
  };
  const onClose = () => reject(new Error('closed before the message was complete'));
  const timer = setTimeout(() => reject(new Error('no message in time')), deadline);
  socket.on('data', onData);
  socket.on('error', reject);
  socket.on('close', onClose);
  socket.resume();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.pause();
    socket.off('data', onData);
    socket.off('error', reject);
    socket.off('close', onClose);
  }
}

const HEAD_END = '\r\n\r\n';

/** Where the head of an HTTP message ends, with its blank line. */
export function endOfHead(received: Buffer): number | null {
  const at = received.indexOf(HEAD_END);
  return at < 0 ? null : at + HEAD_END.length;
}
