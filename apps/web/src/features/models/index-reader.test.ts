import { expect, test } from 'bun:test';
import { outsideReader, readerName } from './index-reader.ts';

const OPENAI = 'api.openai.com';

test('indexing a first note agrees to who reads it; with notes that were read here, only the settings ask for all of them', () => {
  const asks = { outside_reader: { host: OPENAI, notes: 0 } };
  expect(outsideReader({ ...asks, index_reader: null })).toEqual({ host: OPENAI, isAgreed: false });
  expect(outsideReader({ ...asks, index_reader: 'other.example' })).toEqual({ host: OPENAI, isAgreed: false });
  expect(outsideReader({ ...asks, index_reader: 'here' })).toBeNull();
  const full = { outside_reader: { host: OPENAI, notes: 3 } };
  expect(outsideReader({ ...full, index_reader: OPENAI })).toEqual({ host: OPENAI, isAgreed: true });
  expect(outsideReader({ ...full, index_reader: null })).toBeNull();
  expect(outsideReader({ outside_reader: null, index_reader: null })).toBeNull();
});

test('known readers are called by their names, others by their host', () => {
  expect(['api.openai.com', 'nas:11434'].map(readerName)).toEqual(['OpenAI', 'nas:11434']);
});
