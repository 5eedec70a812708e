import { type Config, ConfigError } from '../config.ts';
import type { AccessRules } from './access.ts';
import type { App } from './app.ts';

/** Seconds without a byte after which a connection is closed: longer than a save to Notion may take before it answers. */
const IDLE_TIMEOUT = 120;
/** Milliseconds that requests under way are given as the server stops. */
const GRACE = 2_000;

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);

/** Another program has the port. The message is for the terminal. */
class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  constructor(port: number, cause: unknown) {
    super(`Port ${port} is in use. Close the other program, or choose another port: PORT=${port + 1}.`, { cause });
  }
}

/** Who may speak to this server. @throws {ConfigError} beyond loopback without a token or Supabase to ask for */
export function accessRulesOf(config: Config): AccessRules {
  const published = config.PUBLIC_URL ? [new URL(config.PUBLIC_URL).hostname] : [];
  const isLoopback = LOOPBACK.has(config.HOST);
  const reachable = [config.HOST, ...published].find((name) => !LOOPBACK.has(name));
  if (reachable && !config.ACCESS_TOKEN && !config.SUPABASE_JWT_SECRET) {
    throw new ConfigError([`${reachable} is reachable by others: set ACCESS_TOKEN to a secret of your own first`]);
  }
  return {
    accessToken: config.ACCESS_TOKEN,
    jwtSecret: config.SUPABASE_JWT_SECRET,
    allowedHosts: isLoopback ? new Set(['127.0.0.1', 'localhost', '[::1]', ...published]) : null,
  };
}

export interface RunningServer {
  stop(): Promise<void>;
}

/** @throws {PortInUseError} */
export function serve(app: App, { HOST, PORT, UPLOAD_LIMIT }: Config): RunningServer {
  try {
    const server = Bun.serve({
      hostname: HOST,
      port: PORT,
      idleTimeout: IDLE_TIMEOUT,
      maxRequestBodySize: UPLOAD_LIMIT,
      fetch: app.fetch,
    });
    return {
      async stop() {
        app.store.stream.close();
        await Promise.race([server.stop(), Bun.sleep(GRACE)]);
        await server.stop(true);
      },
    };
  } catch (error) {
    throw isAddressInUse(error) ? new PortInUseError(PORT, error) : error;
  }
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
