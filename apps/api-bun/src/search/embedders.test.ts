import { afterEach, beforeEach, expect, test } from 'bun:test';
import { DestilaError } from '@destila/contracts';
import { type EmbeddingServer, startEmbeddingServer } from '../../../../tests/fakes/embedding-server.ts';
import { hostedEmbedder } from './hosted-embedder.ts';
import { offlineEmbedder } from './offline-embedder.ts';

const NEVER = new AbortController().signal;
let server: EmbeddingServer;
beforeEach(() => {
  server = startEmbeddingServer();
});
afterEach(() => server.stop());

const at = (key?: string) => ({ baseURL: server.baseUrl, key, fetch });
const codeOf = (error: unknown) => (error instanceof DestilaError ? error.code : error);

test('texts come back as vectors in their order, and a key goes with them', async () => {
  const embedder = hostedEmbedder('openai-compatible', 'test-16', at('the key'));
  const [tides, bread] = await embedder.embed(['mareas', 'bread'], 'passage', NEVER);
  const [again] = await embedder.embed(['mareas'], 'passage', NEVER);
  expect(tides).toHaveLength(16);
  expect(tides).toEqual(again);
  expect(tides).not.toEqual(bread);
  expect(server.read[0]).toEqual({ model: 'test-16', text: 'mareas', authorization: 'Bearer the key' });
});

test('Ollama is asked where it speaks as OpenAI does, and its model gets the words before a text that it wants', async () => {
  const embedder = hostedEmbedder('ollama', 'nomic-embed-text:latest', {
    ...at(),
    baseURL: server.baseUrl.replace('/v1', ''),
  });
  await embedder.embed(['mareas'], 'query', NEVER);
  await embedder.embed(['La marea sube.'], 'passage', NEVER);
  expect(server.read.map(({ text }) => text)).toEqual(['search_query: mareas', 'search_document: La marea sube.']);
  expect(embedder.name).toBe('ollama:nomic-embed-text:latest');
});

test('OpenAI itself is asked for many texts in one request', async () => {
  const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
  expect(await hostedEmbedder('openai', 'test-8', at('k')).embed(texts, 'passage', NEVER)).toHaveLength(40);
  expect(server.read.map(({ text }) => text)).toEqual(texts);
});

test('refusals say whether to try again, and when', async () => {
  const ask = () =>
    hostedEmbedder('openai-compatible', 'm', at())
      .embed(['x'], 'query', NEVER)
      .catch((error: unknown) => error);
  server.refuse(401);
  expect(codeOf(await ask())).toBe('llm_key_refused');
  server.refuse(503);
  expect(codeOf(await ask())).toBe('llm_failed');
  server.refuse(429);
  const limited = await ask();
  expect(limited).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 1 });
});

test('the offline model knows English, gives equal vectors for equal texts, and near ones for like ones', async () => {
  using embedder = offlineEmbedder();
  const texts = [
    'How do tides work?',
    'Why does the sea rise and fall?',
    'My favourite pasta recipe.',
    'How do tides work?',
  ];
  const [tides = [], sea = [], pasta = [], again] = await embedder.embed(texts, 'passage', NEVER);
  expect(again).toEqual(tides);
  expect(tides).toHaveLength(512);
  const likeness = (other: number[]) => tides.reduce((sum, part, index) => sum + part * (other[index] ?? 0), 0);
  expect(likeness(sea)).toBeGreaterThan(likeness(pasta));
});

test('nobody waits for a model whose reader has gone', async () => {
  using embedder = offlineEmbedder();
  const gone = AbortSignal.abort(new Error('gone'));
  expect(embedder.embed(['x'], 'query', gone)).rejects.toThrow('gone');
});
