import { beforeAll, describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { transcribeWithWhisper, type WhisperRequest } from './whisper.ts';

/** Beside the checkout: whisper.cpp's own model for tests, which has no weights, and a recording of 11 s. */
const MEDIA = resolve(import.meta.dir, '../../../../../shared/media');
const MODEL = join(MEDIA, 'for-tests-ggml-tiny.bin');
const SPEECH = join(MEDIA, 'jfk.wav');
const available = existsSync(MODEL) && existsSync(SPEECH);

/** A WAV's samples after its header, in pieces, as ffmpeg would give them. */
async function samplesOf(path: string): Promise<Uint8Array> {
  const wav = Buffer.from(await Bun.file(path).arrayBuffer());
  return new Uint8Array(wav.subarray(wav.indexOf('data') + 8));
}

function streamOf(samples: Uint8Array): ReadableStream<Uint8Array> {
  return new Response(samples.slice()).body ?? new ReadableStream();
}

function request(changes: Partial<WhisperRequest> = {}): WhisperRequest {
  return {
    audioPath: SPEECH,
    durationSeconds: 11,
    modelPath: MODEL,
    language: 'en',
    decode: () => streamOf(new Uint8Array(32_000)),
    signal: AbortSignal.timeout(120_000),
    onProgress: () => {},
    ...changes,
  };
}

async function modelOf(bytes: Uint8Array): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'whisper-'));
  const path = join(folder, 'model.bin');
  await Bun.write(path, bytes);
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function failure(changes: Partial<WhisperRequest>): Promise<DestilaError> {
  const error = await transcribeWithWhisper(request(changes)).catch((error) => error);
  expect(error).toBeInstanceOf(DestilaError);
  return error;
}

test('a model that is not there says which file was looked for', async () => {
  const error = await failure({ modelPath: '/nowhere/ggml-base.bin' });
  expect(error.code).toBe('transcriber_missing');
  expect(error.detail).toContain('/nowhere/ggml-base.bin');
});

test('a file that is no model fails with the reason', async () => {
  await using model = await modelOf(new TextEncoder().encode('not a model'));
  const error = await failure({ modelPath: model.path });
  expect(error.code).toBe('speech_model_unusable');
  expect(error.detail).toContain('the model could not be loaded');
});

test('a model that crashes Whisper fails the job, not the server, and says how the process ended', async () => {
  // The right first bytes, and then sizes that no memory holds.
  await using model = await modelOf(new Uint8Array([...new TextEncoder().encode('lmgg'), ...Array(400).fill(0x7f)]));
  const error = await failure({ modelPath: model.path });
  expect(error.code).toBe('transcription_failed');
  expect(error.detail).toMatch(/^whisper ended with (SIG[A-Z]+|exit code \d+):/);
});

test("a file that cannot be decoded fails with the decoder's own error", async () => {
  const decode = () =>
    new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new DestilaError('no_audio')) });
  const modelPath = import.meta.path;
  expect((await failure({ decode, modelPath })).code).toBe('no_audio');
});

describe('with a model', () => {
  beforeAll(() => {
    if (available) return;
    const missing = `Whisper itself is not tested: ${MODEL} and ${SPEECH} are not there.`;
    if (process.env.CI) throw new Error(missing);
    console.warn(missing);
  });

  test('speech is read to its end with progress that only rises; a model that hears nothing is no_speech', async () => {
    if (!available) return;
    const samples = await samplesOf(SPEECH);
    const progress: number[] = [];
    const onProgress = (seconds: number) => progress.push(seconds);
    // Files often are a little longer than they say.
    const error = await failure({ decode: () => streamOf(samples), onProgress, durationSeconds: 10 });
    expect(error.code).toBe('no_speech');
    expect(progress[0]).toBe(0);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBe(10);
  }, 120_000);

  test('cancelling kills the child at once, in the middle of its work', async () => {
    if (!available) return;
    const cancel = new AbortController();
    const loaded = Promise.withResolvers<number>();
    const decoding = Promise.withResolvers<AbortSignal>();
    const work = transcribeWithWhisper(
      request({
        signal: cancel.signal,
        onProgress: () => loaded.resolve(performance.now()),
        decode: (_path, signal) => {
          decoding.resolve(signal);
          return streamOf(new Uint8Array(320_000));
        },
      }),
    ).catch((error) => error);
    await loaded.promise;
    const cancelled = performance.now();
    cancel.abort(new Error('cancelled by the person'));
    expect((await work).message).toBe('cancelled by the person');
    expect(performance.now() - cancelled).toBeLessThan(1_000);
    expect((await decoding.promise).aborted).toBe(true);
  }, 60_000);
});
