import { expect, test } from 'bun:test';
import { startSpeechServer } from '../../../../tests/fakes/speech-server.ts';
import { ConfigError, readConfig } from '../config.ts';
import { chooseRecognizer } from './choose-recognizer.ts';
import type { Recognizer } from './recognizer.ts';

const whisper: Recognizer = {
  name: 'whisper',
  origin: 'whisper',
  form: 'pcm',
  longestWindow: 300,
  open: () => Promise.reject(new Error('not opened here')),
};

function choose(environment: Record<string, string>): Recognizer | null {
  return chooseRecognizer(readConfig(environment), {
    localWhisper: () => whisper,
    run: () => Promise.reject(new Error('not run here')),
  });
}

test('auto: the speech server that is named, else the command, else Whisper on this machine', () => {
  const server = { SPEECH_BASE_URL: 'http://127.0.0.1:8000' };
  const command = { TRANSCRIBE_COMMAND: 'whisper-cli -f {file}' };
  expect(choose({ ...server, ...command })?.name).toBe('whisper-1 (127.0.0.1:8000)');
  expect(choose(command)?.name).toBe('whisper-cli');
  expect(choose({})).toBe(whisper);
  expect(choose({ OPENAI_API_KEY: 'sk-for-summaries' })).toBe(whisper);
});

test('what is named wins over what is there', () => {
  const everything = { SPEECH_BASE_URL: 'http://127.0.0.1:8000', TRANSCRIBE_COMMAND: 'listen' };
  expect(choose({ ...everything, TRANSCRIBER: 'whisper' })).toBe(whisper);
  expect(choose({ ...everything, TRANSCRIBER: 'command' })?.origin).toBe('command');
  expect(choose({ ...everything, TRANSCRIBER: 'none' })).toBeNull();
  expect(choose({ TRANSCRIBER: 'openai', SPEECH_API_KEY: 'k', SPEECH_MODEL: 'm' })?.name).toBe('m (api.openai.com)');
  expect(choose({ TRANSCRIBER: 'openai', OPENAI_API_KEY: 'k' })?.origin).toBe('speech_server');
});

test('what is missing is said at the start, with the variable to set', () => {
  for (const [TRANSCRIBER, problem] of [
    ['openai', 'SPEECH_API_KEY'],
    ['command', 'TRANSCRIBE_COMMAND'],
  ] as const) {
    expect(() => choose({ TRANSCRIBER })).toThrow(ConfigError);
    expect(() => choose({ TRANSCRIBER })).toThrow(problem);
  }
});

test("OpenAI's key is not sent to another server; that server's own is", async () => {
  const server = startSpeechServer([{ text: '' }]);
  try {
    for (const SPEECH_API_KEY of ['', 'local-key']) {
      const recognizer = choose({ SPEECH_BASE_URL: server.url, OPENAI_API_KEY: 'sk-secret', SPEECH_API_KEY });
      const session = await recognizer?.open(AbortSignal.timeout(30_000), () => {});
      const sound = { path: import.meta.path, durationSeconds: 1, language: null, onProgress() {} };
      await session?.recognize(sound);
    }
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([null, 'Bearer local-key']);
  } finally {
    await server.stop();
  }
});
