import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import {
  Cut,
  Flood,
  Reply,
  Silence,
  type SpeechAnswer,
  type SpeechServerFake,
  startSpeechServer,
} from '../../../../tests/fakes/speech-server.ts';
import type { SoundWindow } from './recognizer.ts';
import { SpeechServer } from './speech-server.ts';

let folder = '';
let soundPath = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'speech-server-'));
  soundPath = join(folder, 'window.ogg');
  await Bun.write(soundPath, 'OggS, as far as this server knows');
});
afterAll(() => rm(folder, { recursive: true }));

interface Asking extends AsyncDisposable {
  server: SpeechServerFake;
  recognizer: SpeechServer;
  recognize(sound?: Partial<SoundWindow>, signal?: AbortSignal): ReturnType<typeof recognizeOnce>;
}

function asking(
  answers: SpeechAnswer[],
  settings: { path?: string; apiKey?: string; model?: string; deadline?: number } = {},
): Asking {
  const server = startSpeechServer(answers);
  const baseUrl = `${server.url}${settings.path ?? '/v1'}`;
  const recognizer = new SpeechServer({ apiKey: undefined, model: 'whisper-1', ...settings, baseUrl });
  return {
    server,
    recognizer,
    recognize: (sound = {}, signal = AbortSignal.timeout(30_000)) => recognizeOnce(recognizer, sound, signal),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

async function recognizeOnce(recognizer: SpeechServer, sound: Partial<SoundWindow>, signal: AbortSignal) {
  await using session = await recognizer.open(signal);
  return await session.recognize({ path: soundPath, durationSeconds: 300, language: null, onProgress() {}, ...sound });
}

async function failure(answer: SpeechAnswer, apiKey?: string): Promise<DestilaError> {
  await using asked = asking([answer], { apiKey });
  const error = await asked.recognize().catch((error) => error);
  expect(error).toBeInstanceOf(DestilaError);
  return error;
}

const SPOKEN = { text: ' Hola.', language: 'spanish', segments: [{ start: 0, end: 2, text: ' Hola.' }] };

describe('what is asked', () => {
  test('the file travels under a name that tells its kind, with the key, the model, and times asked for', async () => {
    await using asked = asking([SPOKEN], { apiKey: 'sk-ours' });
    await asked.recognize({ language: 'es-419' });
    expect(asked.server.requests).toMatchObject([
      {
        path: '/v1/audio/transcriptions',
        authorization: 'Bearer sk-ours',
        file: { name: 'audio.ogg', bytes: Bun.file(soundPath).size },
        fields: {
          model: 'whisper-1',
          response_format: 'verbose_json',
          'timestamp_granularities[]': 'segment',
          language: 'es',
        },
      },
    ]);
  });

  test('without a key none is sent; a language nobody knows, or that Whisper does not, is left for the server to hear', async () => {
    await using asked = asking([SPOKEN]);
    await asked.recognize({ language: null });
    await asked.recognize({ language: 'tlh' });
    for (const { authorization, fields } of asked.server.requests) {
      expect(authorization).toBeNull();
      expect(fields).not.toHaveProperty('language');
    }
  });

  test.each([
    ['', '/v1/audio/transcriptions'],
    ['/', '/v1/audio/transcriptions'],
    ['/v1', '/v1/audio/transcriptions'],
    ['/v1/', '/v1/audio/transcriptions'],
    ['/openai/v1', '/openai/v1/audio/transcriptions'],
    ['/speech', '/speech/v1/audio/transcriptions'],
  ])('a server given as …%s is asked at %s', async (path, expected) => {
    await using asked = asking([SPOKEN], { path });
    await asked.recognize();
    expect(asked.server.requests[0]?.path).toBe(expected);
  });
});

describe('what is heard', () => {
  test('segments keep their times, and a language that is named becomes a code', async () => {
    await using asked = asking([SPOKEN]);
    const progress: number[] = [];
    const heard = await asked.recognize({ onProgress: (seconds) => progress.push(seconds) });
    expect(heard).toEqual({ segments: [{ start: 0, end: 2, text: 'Hola.' }], language: 'es' });
    expect(progress).toEqual([300]);
  });

  test('impossible times are brought into the stretch, in order; descriptions of sounds are no words', async () => {
    const segments = [
      { start: 20, end: 10, text: 'third' },
      { start: -5, end: 4, text: 'first' },
      { start: 5, end: 9, text: '[BLANK_AUDIO]' },
      { start: 6, end: 1e9, text: 'second' },
      { start: 1e12, end: 1e12, text: 'last' },
    ];
    await using asked = asking([{ segments }]);
    expect((await asked.recognize({ durationSeconds: 60 })).segments).toEqual([
      { start: 0, end: 4, text: 'first' },
      { start: 6, end: 60, text: 'second' },
      { start: 20, end: 20, text: 'third' },
      { start: 60, end: 60, text: 'last' },
    ]);
  });

  test('what Whisper itself takes for silence is dropped: it must be sure of the silence and unsure of the words', async () => {
    const segment = { start: 0, end: 1 };
    await using asked = asking([
      {
        text: 'Thanks for watching! kept kept',
        language: 'en',
        segments: [
          { ...segment, text: 'Thanks for watching!', no_speech_prob: 0.9, avg_logprob: -1.4 },
          { ...segment, text: 'quiet', no_speech_prob: 0.9, avg_logprob: -0.3 },
          { ...segment, text: 'mumbled', no_speech_prob: 0.1, avg_logprob: -1.4 },
        ],
      },
    ]);
    expect((await asked.recognize()).segments.map(({ text }) => text)).toEqual(['quiet', 'mumbled']);
  });

  test('where nothing is said there are no segments and no language, and that is no failure', async () => {
    await using asked = asking([{ text: '', language: 'english', segments: [] }]);
    expect(await asked.recognize()).toEqual({ segments: [], language: null });
    expect(asked.recognizer.longestWindow).toBe(300);
  });
});

describe('a model that tells no times', () => {
  const words = { text: 'One two three. Four five six.' };

  test.each([400, 422])(
    'refuses them with %d: it is asked for words alone, from then on, in shorter stretches',
    async (status) => {
      const refusal = new Reply(status, '{"error":{"message":"response_format is not compatible with the model"}}');
      await using asked = asking([refusal, words]);
      expect(asked.recognizer.longestWindow).toBe(300);
      const { segments } = await asked.recognize({ durationSeconds: 60 });
      expect(segments.map(({ text }) => text)).toEqual(['One two three.', 'Four five six.']);
      expect(segments[1]).toMatchObject({ start: segments[0]?.end, end: 60 });
      expect(asked.recognizer.longestWindow).toBe(60);
      await asked.recognize({ durationSeconds: 60 });
      expect(asked.server.requests.map(({ fields }) => fields.response_format)).toEqual([
        'verbose_json',
        'json',
        'json',
      ]);
    },
  );

  test("is known by its name, if it is OpenAI's, and not asked for them", async () => {
    await using asked = asking([words], { model: 'gpt-4o-mini-transcribe' });
    expect(asked.recognizer.longestWindow).toBe(60);
    expect((await asked.recognize({ durationSeconds: 60 })).timesGuessed).toBe(true);
    const [{ fields } = { fields: {} }] = asked.server.requests;
    expect(fields).toMatchObject({ response_format: 'json' });
    expect(fields).not.toHaveProperty('timestamp_granularities[]');
  });

  test('leaves them out: its sentences share the stretch', async () => {
    await using asked = asking([words]);
    expect((await asked.recognize({ durationSeconds: 60 })).segments).toHaveLength(2);
    expect(asked.recognizer.longestWindow).toBe(60);
  });

  test('a request that is refused for another reason is refused twice, and the second reason counts', async () => {
    await using asked = asking([new Reply(400, 'first'), new Reply(400, 'no such model')]);
    const error = await asked.recognize().catch((error) => error);
    expect(error).toMatchObject({ code: 'speech_server_rejected', detail: 'HTTP 400: no such model' });
    expect(asked.recognizer.longestWindow).toBe(300);
  });
});

describe('what goes wrong', () => {
  test.each([401, 403, 404, 413, 415])('status %d is for the operator to mend', async (status) => {
    const error = await failure(new Reply(status, 'Invalid key or model'));
    expect(error).toMatchObject({ code: 'speech_server_rejected', detail: `HTTP ${status}: Invalid key or model` });
    expect(error.retry).toBe('permanent');
  });

  test('a redirect is not followed, for the key is not for whoever is there', async () => {
    const location = 'https://elsewhere.example/v1/audio/transcriptions';
    const error = await failure(new Reply(308, '', { location }));
    expect(error).toMatchObject({ code: 'speech_server_rejected', detail: `HTTP 308: ${location}` });
  });

  test('a server that repeats the key does not bring it into the log', async () => {
    const error = await failure(new Reply(401, 'Incorrect API key provided: sk-secret'), 'sk-secret');
    expect(error.detail).toBe('HTTP 401: Incorrect API key provided: …');
  });

  test('too many requests: the job is put off for as long as the server asks', async () => {
    const error = await failure(new Reply(429, '{}', { 'retry-after': '17' }));
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 17, retry: 'snooze' });
  });

  test('credit that is used up is no rate limit', async () => {
    const error = await failure(new Reply(429, '{"error":{"code":"insufficient_quota"}}'));
    expect(error.code).toBe('speech_server_rejected');
  });

  test.each([408, 500, 503])('status %d passes by itself', async (status) => {
    const error = await failure(new Reply(status, 'loading the model', { 'retry-after': '5' }));
    expect(error).toMatchObject({ code: 'speech_server_unavailable', retryAfterSeconds: 5, retry: 'transient' });
  });

  test.each([
    ['a page', new Reply(200, '<html>Sign in</html>')],
    ['half of an answer', new Reply(200, '{"text": "And so')],
    ['a connection that breaks', new Cut()],
    ['an error that is called a success', { error: 'failed to read audio data' }],
    ['times that are no numbers', { segments: [{ start: null, end: 'NaN', text: 'x' }] }],
    ['nothing', new Reply(200, '')],
    ['a list', []],
  ])('%s is not taken for a transcript', async (_, answer) => {
    const error = await failure(answer);
    expect(error.code).toBe('speech_server_unavailable');
    expect((error.detail ?? '').length).toBeLessThan(600);
  });

  test('an answer without end is not read to its end', async () => {
    const error = await failure(new Flood());
    expect(error).toMatchObject({ code: 'speech_server_unavailable', detail: 'an answer of more than 16777216 bytes' });
  });

  test('a server that is not there', async () => {
    const { url, stop } = startSpeechServer([]);
    await stop();
    const recognizer = new SpeechServer({ baseUrl: url, apiKey: undefined, model: 'm' });
    const error = await recognizeOnce(recognizer, {}, AbortSignal.timeout(30_000)).catch((error) => error);
    expect(error).toMatchObject({ code: 'speech_server_unavailable' });
  });

  test('a server that does not answer within the deadline', async () => {
    await using server = asking([new Silence()], { deadline: 20 });
    const error = await server.recognize().catch((error) => error);
    expect(error).toMatchObject({ code: 'speech_server_unavailable', retry: 'transient' });
  });

  test('cancelling lets go of the request at once, with the reason of whoever cancelled', async () => {
    await using asked = asking([new Silence()]);
    const cancel = new AbortController();
    const arrival = asked.server.nextRequest();
    const work = asked.recognize({}, cancel.signal).catch((error) => error);
    const request = await arrival;
    cancel.abort(new Error('cancelled by the person'));
    expect((await work).message).toBe('cancelled by the person');
    await request.abandoned;
  });
});
