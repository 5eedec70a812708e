import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { composeDestila, type Destila } from '../apps/api-bun/src/compose.ts';
import { readConfig } from '../apps/api-bun/src/config.ts';
import { createApp } from '../apps/api-bun/src/http/app.ts';
import { accessRulesOf, serve } from '../apps/api-bun/src/http/serve.ts';
import { createLogger } from '../apps/api-bun/src/logger.ts';
import { type DatabaseKind, freshPostgresUrl } from './databases.ts';
import { freePort } from './free-port.ts';
import { NOTHING_FETCHED } from './nothing-fetched.ts';

const WEB = join(import.meta.dir, '../apps/web/dist');

export interface TestDestila extends AsyncDisposable {
  readonly destila: Destila;
  readonly dataDir: string;
  /** Where it serves, without a slash at the end. */
  readonly url: string;
  /** A request to the API, as a page of its own would send it. */
  api(path: string, init?: ApiRequest): Promise<Response>;
  /** The same, for an answer of that shape. */
  read<Schema extends z.ZodType>(schema: Schema, path: string, init?: ApiRequest): Promise<z.infer<Schema>>;
}

/** `json` is sent as the body of a POST. */
type ApiRequest = RequestInit & { json?: unknown };

/** A whole Destila on a free port, with a folder and a database of its own; its processor runs unless told not to. */
export async function startTestDestila(
  kind: DatabaseKind,
  environment: Record<string, string> = {},
  { work = true } = {},
): Promise<TestDestila> {
  const dataDir = await mkdtemp(join(tmpdir(), 'destila-test-'));
  const config = readConfig({
    PATH: process.env.PATH,
    DATA_DIR: dataDir,
    PORT: String(freePort()),
    LOG_LEVEL: 'info',
    LLM: 'extractive',
    ...NOTHING_FETCHED,
    ...(kind === 'postgres' && { DATABASE_URL: await freshPostgresUrl() }),
    ...environment,
  });
  const destila = await composeDestila(config, createLogger(config.LOG_LEVEL, { file: join(dataDir, 'destila.log') }));
  const server = serve(createApp(destila.services, accessRulesOf(config), WEB), config);
  if (work) destila.start();
  const url = `http://localhost:${config.PORT}`;
  const api = (path: string, { json, ...init }: ApiRequest = {}) => {
    const body = json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) };
    const headers = { ...(json !== undefined && { 'content-type': 'application/json' }), ...init.headers };
    return fetch(`${url}/api${path}`, { ...body, ...init, headers });
  };
  return {
    destila,
    dataDir,
    url,
    api,
    read: async (schema, path, init) => schema.parse(await (await api(path, init)).json()),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await destila.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
