import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../tests/free-port.ts';

interface RedisServer extends AsyncDisposable {
  readonly port: number;
}

/** Starts the system's Redis as BullMQ wants it in production (https://docs.bullmq.io/guide/going-to-production); null where there is none. */
export async function startRedis(): Promise<RedisServer | null> {
  const program = Bun.which('redis-server');
  if (!program) return null;
  const port = freePort();
  const folder = await mkdtemp(join(tmpdir(), 'destila-redis-'));
  const settings = {
    bind: '127.0.0.1',
    port,
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = Bun.spawn([program, ...flags], { stdio: ['ignore', 'ignore', 'inherit'] });
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.kill();
      await server.exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
