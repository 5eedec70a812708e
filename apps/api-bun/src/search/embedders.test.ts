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

test('vectors that a server gives in another order go to the texts that it says they are of', async () => {
  for (const provider of ['openai', 'openai-compatible'] as const) {
    const embedder = hostedEmbedder(provider, 'test-16', at('k'));
    const straight = await embedder.embed(['mareas', 'pan', 'banco'], 'passage', NEVER);
    server.isBackwards = true;
    expect(await embedder.embed(['mareas', 'pan', 'banco'], 'passage', NEVER)).toEqual(straight);
    server.isBackwards = false;
  }
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

test('vectors that are too few, no numbers, of several dimensions or of one that cannot be kept are not taken', async () => {
  const ask = () =>
    hostedEmbedder('openai-compatible', 'test-4', at()).embed(['mareas', 'pan'], 'passage', NEVER).catch(codeOf);
  const answers: [string, EmbeddingServer['distort']][] = [
    ['llm_failed', (vectors) => vectors.slice(1)],
    ['llm_failed', (vectors) => [...vectors, ...vectors]],
    ['llm_failed', ([one = [], two = []]) => [one, two.with(0, Number.NaN)]],
    ['llm_failed', ([one = [], two = []]) => [one, two.slice(1)]],
    ['llm_rejected', (vectors) => vectors.map(() => [])],
    ['llm_rejected', (vectors) => vectors.map(() => new Array<number>(4_001).fill(1))],
  ];
  for (const [code, distort] of answers) {
    server.distort = distort;
    expect(await ask(), String(distort)).toBe(code);
  }
});

test('vectors are brought to length 1, however long a model makes them; one of zeros stays so', async () => {
  server.distort = (vectors) => vectors.map((_, at) => (at === 0 ? [3e30, 4e30] : [0, 0]));
  const vectors = await hostedEmbedder('openai-compatible', 'm', at()).embed(['a', 'b'], 'passage', NEVER);
  expect(vectors).toEqual([
    [0.6, 0.8],
    [0, 0],
  ]);
});

test('a question is read between the passages of a note, and need not wait for its end', async () => {
  using embedder = offlineEmbedder();
  const stopped = new AbortController();
  const read: string[] = [];
  const note = embedder
    .embed(Array<string>(200).fill('The sea rises.'), 'passage', stopped.signal)
    .catch(() => read.push('note'));
  await embedder.embed(['tides'], 'query', NEVER).then(() => read.push('question'));
  stopped.abort();
  await note;
  expect(read).toEqual(['question', 'note']);
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
  await expect(embedder.embed(['x'], 'query', gone)).rejects.toThrow('gone');
});
