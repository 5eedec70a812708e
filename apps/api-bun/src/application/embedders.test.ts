import { afterAll, beforeAll, expect, test } from 'bun:test';
import { addUser, freshDatabase } from '../../../../tests/databases.ts';
import { type EmbeddingServer, startEmbeddingServer } from '../../../../tests/fakes/embedding-server.ts';
import { ConfigError, readConfig } from '../config.ts';
import type { Database } from '../database/database.ts';
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
  return createEmbedders({ config, models, knowsVectors });
}

async function chosen(environment: Record<string, string>, knowsVectors = true): Promise<string | null> {
  using embedders = open(environment, knowsVectors);
  return (await embedders.embedderFor(userId))?.name ?? null;
}

test('notes are read by whom their summaries are written by, where they have a model for it, else on this machine', async () => {
  expect(await chosen({ OPENAI_API_KEY: 'k' })).toBe('openai:text-embedding-3-small');
  expect(await chosen({ GOOGLE_GENERATIVE_AI_API_KEY: 'k' })).toBe('google:gemini-embedding-001');
  expect(await chosen({ ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k' })).toBe(OFFLINE);
  expect(await chosen({ LLM: 'extractive', OPENAI_API_KEY: 'k' })).toBe(OFFLINE);
  expect(await chosen({ LLM: 'ollama:llama3.2:3b', LLM_BASE_URL: ollama.baseUrl })).toBe(
    'ollama:nomic-embed-text:latest',
  );
  expect(await chosen({ LLM: 'ollama:llama3.2:3b', LLM_BASE_URL: 'http://127.0.0.1:9' })).toBe(OFFLINE);
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
  expect(await embedders.named(userId, 'google:gemini-embedding-001')).toBeNull();
  expect(await embedders.named(userId, 'made-up')).toBeNull();
});
