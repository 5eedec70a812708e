import { expect, test } from 'bun:test';
import { modelChoiceSchema } from '@destila/contracts';
import { MODEL_SERVERS, serverOf } from './model-servers.ts';

test('a choice is shown as the server it was made for', () => {
  for (const { id, provider, address, example } of MODEL_SERVERS) {
    expect(modelChoiceSchema.safeParse(`${provider}:${example}`).success).toBe(true);
    expect(serverOf(`${provider}:${example}`, address)?.id).toBe(id);
  }
  expect(serverOf('openai-compatible:m', 'http://localhost:1234/v1/')?.id).toBe('lm-studio');
  expect(serverOf('openai-compatible:m', 'https://models.example/v1')?.id).toBe('other');
  expect(serverOf('ollama:m', 'http://10.0.0.5:11434')?.id).toBe('ollama');
  expect(serverOf('ollama:m', null)?.id).toBe('ollama');
  expect(serverOf('extractive', null)).toBeUndefined();
});
