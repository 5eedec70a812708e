import { expect, test } from 'bun:test';
import { ConfigError } from '../config.ts';
import { configuredModel } from './language-model.ts';

const nothing = {
  LLM: 'auto',
  LLM_BASE_URL: undefined,
  OPENAI_API_KEY: undefined,
  ANTHROPIC_API_KEY: undefined,
  GOOGLE_GENERATIVE_AI_API_KEY: undefined,
};

test('auto takes whichever provider has a key, and none when none has', () => {
  expect(configuredModel(nothing)).toBeNull();
  expect(configuredModel({ ...nothing, OPENAI_API_KEY: 'k' })?.name).toStartWith('openai:');
  expect(configuredModel({ ...nothing, ANTHROPIC_API_KEY: 'k' })?.name).toStartWith('anthropic:');
  expect(configuredModel({ ...nothing, GOOGLE_GENERATIVE_AI_API_KEY: 'k' })?.name).toStartWith('google:');
  expect(configuredModel({ ...nothing, LLM: 'extractive', OPENAI_API_KEY: 'k' })).toBeNull();
});

test('every provider can be loaded by its name, also one whose model has a colon', async () => {
  const keys = { OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k', GOOGLE_GENERATIVE_AI_API_KEY: 'k' };
  const LLM_BASE_URL = 'http://127.0.0.1:9/v1';
  for (const LLM of ['openai:m', 'anthropic:m', 'google:m', 'ollama:qwen3:8b', 'openai-compatible:m']) {
    const configured = configuredModel({ ...nothing, ...keys, LLM_BASE_URL, LLM });
    expect(configured?.name).toBe(LLM);
    expect(await configured?.load()).toMatchObject({ modelId: LLM.slice(LLM.indexOf(':') + 1) });
  }
});

test('a model that cannot be had is said at the start, with the variable to set', () => {
  for (const [LLM, problem] of [
    ['openai:gpt', 'OPENAI_API_KEY'],
    ['openai-compatible:m', 'LLM_BASE_URL'],
    ['mistral:m', 'provider:model'],
    ['openai', 'provider:model'],
    ['toString:m', 'provider:model'],
  ] as const) {
    const configure = () => configuredModel({ ...nothing, LLM });
    expect(configure).toThrow(ConfigError);
    expect(configure).toThrow(problem);
  }
});
