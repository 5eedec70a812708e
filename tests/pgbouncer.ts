import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { SERVER_USER, untilSaid } from './postgres-server.ts';
import { guardServer } from './server-guard.ts';

/** Null when this machine lacks it. Debian keeps it where only root looks. */
export const PGBOUNCER = Bun.which('pgbouncer', { PATH: `${process.env.PATH}:/usr/sbin` });

/**
 * Starts PgBouncer in transaction mode before the Postgres on that port of loopback, with few connections to share among
 * many clients. It ends with this process. Answers what `psql` would take for a database of that name.
 */
export async function startPgbouncer(postgresPort: number): Promise<(database: string) => string> {
  if (!PGBOUNCER) throw new Error('pgbouncer is not installed');
  const folder = join(tmpdir(), `destila-pgbouncer-${process.pid}`);
  mkdirSync(folder, { mode: 0o755 });
  const port = freePort();
  const settings = join(folder, 'pgbouncer.ini');
  writeFileSync(settings, settingsOf({ port, postgresPort }));

  // Like Postgres it refuses to run as root.
  const pooler = spawn(PGBOUNCER, [settings], {
    ...SERVER_USER,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  pooler.unref();
  guardServer(folder)(pooler);
  await untilSaid(pooler.stderr, 'process up');
  return (database) => `postgres://postgres@127.0.0.1:${port}/${database}`;
}

/** https://www.pgbouncer.org/config.html; without named statements, which older versions cannot follow. */
function settingsOf({ port, postgresPort }: { port: number; postgresPort: number }): string {
  return `
[databases]
* = host=127.0.0.1 port=${postgresPort} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
`;
}
