import { beforeAll, describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DestilaError } from '@destila/contracts';
import type { RecognizerSession, SoundWindow } from './recognizer.ts';
import { openVoiceDetector } from './voices.ts';
import { createWhisper, type WhisperOptions } from './whisper.ts';

/** Beside the checkout: whisper.cpp's own model for tests, which has no weights. It takes its time, and hears nothing. */
const MODEL = resolve(import.meta.dir, '../../../../../shared/media/for-tests-ggml-tiny.bin');
const available = existsSync(MODEL);
const never = new AbortController().signal;

interface Opened {
  model: string;
  signal?: AbortSignal;
  longestSilence?: number;
}

function open({ model, signal = never, longestSilence }: Opened): Promise<RecognizerSession> {
  const options: WhisperOptions = { model: 'test', fetchModel: async () => model, longestSilence };
  return createWhisper(options).open(signal, () => {});
}

/** Seconds of silence, as a file of samples. */
async function silence(durationSeconds: number): Promise<SoundWindow & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'whisper-'));
  const path = join(folder, 'sound.pcm');
  await Bun.write(path, new Uint8Array(durationSeconds * 32_000));
  return {
    path,
    durationSeconds,
    language: 'en',
    onProgress() {},
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

async function modelOf(bytes: Uint8Array): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'whisper-'));
  const path = join(folder, 'model.bin');
  await Bun.write(path, bytes);
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function failureOf(work: Promise<unknown>): Promise<DestilaError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DestilaError)) throw new Error(`no DestilaError, but ${error}`);
  return error;
}

/** The processes that run Whisper for this one. */
async function children(): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const [command, status] = await Promise.all(
      ['cmdline', 'stat'].map((file) =>
        Bun.file(`/proc/${pid}/${file}`)
          .text()
          .catch(() => ''),
      ),
    );
    const parent = status?.slice(status.lastIndexOf(')') + 4).split(' ')[0];
    if (command?.includes('whisper-child') && parent === String(process.pid)) found.push(Number(pid));
  }
  return found;
}

test('a file that is no model fails with the reason', async () => {
  await using model = await modelOf(new TextEncoder().encode('not a model'));
  const error = await failureOf(open({ model: model.path }));
  expect(error.code).toBe('speech_model_unusable');
  expect(error.detail).toContain('the model could not be loaded');
});

test('a model that crashes Whisper fails the job, not the server, and says how the process ended', async () => {
  // The right first bytes, and then nonsense.
  await using model = await modelOf(new Uint8Array([...new TextEncoder().encode('lmgg'), ...Array(400).fill(0x7f)]));
  const error = await failureOf(open({ model: model.path }));
  expect(error.code).toBe('transcription_failed');
  expect(error.detail).toMatch(/^whisper ended with SIG[A-Z]+: .*GGML_ASSERT\(.+\) failed$/s);
});

test('a model for pauses that is none fails too', async () => {
  await using model = await modelOf(new TextEncoder().encode('not a model'));
  expect((await failureOf(openVoiceDetector(model.path, never))).code).toBe('speech_model_unusable');
});

test.if(process.platform !== 'win32')('a child that says nothing for too long is ended', async () => {
  await using folder = await modelOf(new Uint8Array());
  const pipe = `${folder.path}.pipe`;
  // A model that can be opened and gives no byte: loading it goes on for ever.
  expect(await Bun.spawn(['mkfifo', pipe]).exited).toBe(0);
  expect((await failureOf(open({ model: pipe, longestSilence: 300 }))).code).toBe('stage_hung');
});

describe('with a model', () => {
  beforeAll(() => {
    if (available) return;
    const missing = `Whisper itself is not tested: ${MODEL} is not there.`;
    if (process.env.CI) throw new Error(missing);
    console.warn(missing);
  });

  test.if(available)('a model that is too large for this machine asks for a smaller one', async () => {
    const header = Buffer.from(await Bun.file(MODEL).arrayBuffer());
    // The width of its layers (`n_audio_state`): they would take 1.6 TB.
    header.writeInt32LE(2 ** 17, 12);
    await using model = await modelOf(header);
    const error = await failureOf(open({ model: model.path }));
    expect(error.code).toBe('transcriber_out_of_memory');
    expect(error.detail).toContain('failed to allocate');
  });

  test.if(available)(
    'one window after the other is heard to its end, with progress inside',
    async () => {
      await using session = await open({ model: MODEL });
      for (const seconds of [0, 1]) {
        await using window = await silence(seconds);
        const progress: number[] = [];
        const heard = await session.recognize({ ...window, onProgress: (done) => progress.push(done) });
        expect(heard.segments).toEqual([]);
        expect(progress).toEqual(progress.toSorted((a, b) => a - b));
        if (seconds > 0) expect(progress.at(-1)).toBe(seconds);
      }
      expect(await children()).toHaveLength(1);
      await session[Symbol.asyncDispose]();
      expect(await children()).toEqual([]);
    },
    240_000,
  );

  test.if(available)('cancelling ends the child within a second, in the middle of its work', async () => {
    const cancel = new AbortController();
    await using session = await open({ model: MODEL, signal: cancel.signal });
    await using window = await silence(60);
    const begun = Promise.withResolvers<void>();
    const work = session.recognize({ ...window, onProgress: () => begun.resolve() }).catch((error: unknown) => error);
    await begun.promise;
    const cancelledAt = performance.now();
    cancel.abort(new Error('cancelled by the person'));
    expect(await work).toBe(cancel.signal.reason);
    while ((await children()).length > 0) await Bun.sleep(5);
    expect(performance.now() - cancelledAt).toBeLessThan(1_000);
  });

  test.if(available)(
    'a crash fails the job, not the server; being killed for memory asks for a smaller model',
    async () => {
      for (const [signal, code] of [
        ['SIGSEGV', 'transcription_failed'],
        ['SIGKILL', 'transcriber_out_of_memory'],
      ] as const) {
        await using session = await open({ model: MODEL });
        await using window = await silence(60);
        const begun = Promise.withResolvers<void>();
        const work = failureOf(session.recognize({ ...window, onProgress: () => begun.resolve() }));
        await begun.promise;
        for (const pid of await children()) process.kill(pid, signal);
        const error = await work;
        expect(error.code).toBe(code);
        expect(error.detail).toContain(`whisper ended with ${signal}`);
        expect(await failureOf(session.recognize(window))).toBe(error);
      }
    },
  );
});
