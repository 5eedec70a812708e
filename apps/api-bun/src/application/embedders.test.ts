import { afterAll, beforeAll, expect, test } from 'bun:test';
import { addUser, freshDatabase } from '../../../../tests/databases.ts';
import { type EmbeddingServer, startEmbeddingServer } from '../../../../tests/fakes/embedding-server.ts';
import { ConfigError, readConfig } from '../config.ts';
import { asUser } from '../database/as-user.ts';
import type { Database } from '../database/database.ts';
import { readUserSettings, writeUserSettings } from '../database/user-settings.ts';
import { createEmbedders } from './embedders.ts';
import { createLanguageModels } from './language-models.ts';
import { createSecrets } from './secrets.ts';

const OFFLINE = 'offline:universal-sentence-encoder-lite';

let database: Database;
let userId: string;
let ollama: EmbeddingServer;
beforeAll(async () => {
  database = await freshDatabase('pglite');
  userId = await addUser(database);
  ollama = startEmbeddingServer();
});
afterAll(async () => {
  await database.close();
  await ollama.stop();
});

function open(environment: Record<string, string>, knowsVectors = true) {
  const config = readConfig(environment);
  const secrets = createSecrets(database, null);
  const models = createLanguageModels({ config, database, secrets, fetchService: fetch });
  return createEmbedders({ config, models, database, knowsVectors });
}

function answer(index_reader: string | null) {
  return asUser(database, userId, async (tx) =>
    writeUserSettings(tx, userId, { ...(await readUserSettings(tx)), index_reader }),
  );
}

async function chosen(environment: Record<string, string>, knowsVectors = true): Promise<string | null> {
  using embedders = open(environment, knowsVectors);
  return (await embedders.embedderFor(userId))?.name ?? null;
}

test('notes are read by whom their summaries are written by, where they have a model for it, else on this machine', async () => {
  await answer('api.openai.com');
  expect(await chosen({ OPENAI_API_KEY: 'k' })).toBe('openai:text-embedding-3-small');
  await answer('generativelanguage.googleapis.com');
  expect(await chosen({ GOOGLE_GENERATIVE_AI_API_KEY: 'k' })).toBe('google:gemini-embedding-001');
  expect(await chosen({ ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k' })).toBe(OFFLINE);
  expect(await chosen({ LLM: 'extractive', OPENAI_API_KEY: 'k' })).toBe(OFFLINE);
  expect(await chosen({ LLM: 'ollama:llama3.2:3b', LLM_BASE_URL: ollama.baseUrl })).toBe(
    'ollama:nomic-embed-text:latest',
  );
  expect(await chosen({ LLM: 'ollama:llama3.2:3b', LLM_BASE_URL: 'http://127.0.0.1:9' })).toBe(OFFLINE);
});

test('nobody on another machine reads notes without having been agreed to, by name', async () => {
  const elsewhere = {
    'api.openai.com': { OPENAI_API_KEY: 'k' },
    'models.example:8443': { EMBEDDINGS: 'openai-compatible:m', EMBEDDINGS_BASE_URL: 'https://models.example:8443/v1' },
  };
  for (const [host, environment] of Object.entries(elsewhere)) {
    using embedders = open(environment);
    expect(await embedders.outsideFor(userId)).toBe(host);
    for (const other of [null, 'here', 'generativelanguage.googleapis.com']) {
      await answer(other);
      expect((await embedders.embedderFor(userId))?.name).toBe(OFFLINE);
    }
    await answer(host);
    expect((await embedders.embedderFor(userId))?.name).not.toBe(OFFLINE);
  }
  await answer(null);
  using here = open({ EMBEDDINGS: 'openai-compatible:m', EMBEDDINGS_BASE_URL: ollama.baseUrl });
  expect(await here.outsideFor(userId)).toBeNull();
  expect((await here.embedderFor(userId))?.name).toBe('openai-compatible:m');
});

test('what the installation names comes first, and nothing reads where it is off or the database has no vectors', async () => {
  expect(await chosen({ EMBEDDINGS: 'offline', OPENAI_API_KEY: 'k' })).toBe(OFFLINE);
  const server = { EMBEDDINGS: 'openai-compatible:bge-m3', EMBEDDINGS_BASE_URL: ollama.baseUrl };
  expect(await chosen({ ...server, LLM: 'extractive' })).toBe('openai-compatible:bge-m3');
  expect(await chosen({ EMBEDDINGS: 'off', OPENAI_API_KEY: 'k' })).toBeNull();
  expect(await chosen({ OPENAI_API_KEY: 'k' }, false)).toBeNull();
});

test('a model that was named but cannot be had is said at the start', () => {
  expect(() => open({ EMBEDDINGS: 'openai:text-embedding-3-large' })).toThrow(ConfigError);
  expect(() => open({ EMBEDDINGS: 'openai-compatible:bge-m3' })).toThrow(ConfigError);
  expect(() => open({ EMBEDDINGS: 'anthropic:any' })).toThrow(ConfigError);
});

test('the model of before is asked again by its name, as long as it can be had', async () => {
  using embedders = open({ EMBEDDINGS: 'offline', OPENAI_API_KEY: 'k' });
  expect((await embedders.named(userId, 'openai:text-embedding-3-small'))?.name).toBe('openai:text-embedding-3-small');
  expect((await embedders.named(userId, OFFLINE))?.name).toBe(OFFLINE);
  await answer('here');
  expect(await embedders.named(userId, 'openai:text-embedding-3-small')).toBeNull();
  await answer(null);
  expect(await embedders.named(userId, 'google:gemini-embedding-001')).toBeNull();
  expect(await embedders.named(userId, 'made-up')).toBeNull();
  await answer('here');
  using server = open({ EMBEDDINGS: 'openai-compatible:new', EMBEDDINGS_BASE_URL: ollama.baseUrl });
  expect((await server.named(userId, 'openai-compatible:old'))?.name).toBe('openai-compatible:old');
});
