import { expect, test } from 'bun:test';
import { startRecordingServer } from '../../../../tests/fakes/recording-server.ts';
import { createOllamaFinder, type InstalledModel, ollamaRoot, suitableModel } from './find-ollama.ts';

const GB = 1e9;
const model = (name: string, gigabytes: number, family = 'llama', more: Partial<InstalledModel> = {}) => ({
  name,
  size: gigabytes * GB,
  details: { family },
  ...more,
});

test('the largest model that runs at a bearable speed is taken, else the smallest', () => {
  expect(suitableModel([model('llama3.2:3b', 2), model('qwen3:8b', 5.2), model('qwen3:32b', 20)])).toBe('qwen3:8b');
  expect(suitableModel([model('llama3.3:70b', 43), model('qwen3:32b', 20)])).toBe('qwen3:32b');
  expect(suitableModel([])).toBeNull();
});

test('a model that writes no prose is not taken, and one for programmers only where there is no other', () => {
  const embedders = [model('nomic-embed-text', 0.3, 'nomic-bert'), model('mine', 0.3, 'bert'), model('bge-m3', 1)];
  expect(suitableModel([...embedders, model('llama-guard3:8b', 5)])).toBeNull();
  expect(suitableModel([...embedders, model('gemma3:4b', 3), model('qwen2.5-coder:7b', 5)])).toBe('gemma3:4b');
  expect(suitableModel([model('qwen2.5-coder:7b', 5)])).toBe('qwen2.5-coder:7b');
});

test('what is on this machine stays there: models that run at Ollama’s own site are for whoever names them', () => {
  const cloud = { remote_host: 'https://ollama.com:443' };
  expect(suitableModel([model('gpt-oss:120b-cloud', 0), model('kimi-k2', 0, 'kimi', cloud)])).toBeNull();
});

test('Ollama is looked for once a minute, also when it is not there', async () => {
  let now = 0;
  const answers = [[], [{ name: 'qwen3:8b', size: 5 * GB, details: { family: 'qwen3' } }]];
  await using server = startRecordingServer((_, n) => Response.json({ models: answers[n] }));
  const find = createOllamaFinder(server.url, () => now);
  expect([await find(), await find()]).toEqual([null, null]);
  expect(server.requests).toMatchObject([{ method: 'GET', path: '/api/tags' }]);
  now = 61_000;
  expect([await find(), await find()]).toEqual(['qwen3:8b', 'qwen3:8b']);
  expect(server.requests).toHaveLength(2);
});

test('nobody there, or somebody else, is no Ollama', async () => {
  await using other = startRecordingServer(() => new Response('<h1>Hello</h1>'));
  expect(await createOllamaFinder(other.url)()).toBeNull();
  await using gone = startRecordingServer(() => new Response());
  await gone[Symbol.asyncDispose]();
  expect(await createOllamaFinder(gone.url)()).toBeNull();
});

test('its address may be given as that of either side of it', () => {
  for (const url of ['http://h:1/v1', 'http://h:1/v1/', 'http://h:1', 'http://h:1/', 'http://h:1/api']) {
    expect(ollamaRoot(url)).toBe('http://h:1');
  }
});
