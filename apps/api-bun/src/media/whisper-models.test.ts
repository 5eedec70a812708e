import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ReleaseMirror, sha256, startReleaseMirror } from '../../../../tests/fakes/release-mirror.ts';
import { ConfigError } from '../config.ts';
import { CATALOGUE, type Catalogue, type CatalogueModel, modelFor } from './whisper-catalogue.ts';
import { createWhisperModels, type WhisperModels } from './whisper-models.ts';

const MODEL = crypto.getRandomValues(new Uint8Array(60_000));
const VAD = crypto.getRandomValues(new Uint8Array(1000));
const known = (path: string, bytes: Uint8Array): CatalogueModel => ({
  path,
  size: bytes.length,
  sha256: sha256(bytes),
});
const SMALL: Catalogue = {
  models: { 'base-q5_1': known('ggerganov/whisper.cpp/resolve/main/ggml-base-q5_1.bin', MODEL) },
  vad: known('ggml-org/whisper-vad/resolve/main/ggml-silero.bin', VAD),
};

let mirror: ReleaseMirror;
let dataDir: string;
let file: string;
let vadFile: string;
beforeEach(async () => {
  mirror = await startReleaseMirror();
  await mirror.put(SMALL.models['base-q5_1']?.path ?? '', MODEL);
  await mirror.put(SMALL.vad.path, VAD);
  dataDir = await mkdtemp(join(tmpdir(), 'whisper-models-'));
  file = join(dataDir, 'models', 'ggml-base-q5_1.bin');
  vadFile = join(dataDir, 'models', 'ggml-silero.bin');
});
afterEach(async () => {
  await mirror[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

function open(model = 'base-q5_1'): WhisperModels {
  return createWhisperModels({ WHISPER_MODEL: model, WHISPER_MIRROR: `${mirror.url}/` }, { dataDir }, SMALL);
}

const fetched = (models: WhisperModels, signal = AbortSignal.timeout(20_000)) => models.whisper(() => {}, signal);

describe('a model of the catalogue', () => {
  test('is fetched when speech must first be heard, with the one for pauses, and both are kept', async () => {
    const models = open();
    expect(await models.state()).toEqual({ name: 'base-q5_1', path: file, present: false, size: 60_000, vad: false });
    expect(await models.vad()).toBeNull();
    expect(mirror.downloads('ggml-base-q5_1.bin')).toEqual([]);

    const progress: [number, number | null][] = [];
    expect(await models.whisper((...step) => progress.push(step), AbortSignal.timeout(20_000))).toBe(file);
    expect(progress.at(-1)).toEqual([60_000, 60_000]);
    expect(Buffer.from(await Bun.file(file).arrayBuffer()).equals(MODEL)).toBe(true);
    expect(await models.vad()).toBe(vadFile);
    expect(await models.state()).toMatchObject({ present: true, vad: true });

    expect(await fetched(open())).toBe(file);
    expect(mirror.downloads('ggml-base-q5_1.bin')).toHaveLength(1);
    expect(mirror.downloads('ggml-silero.bin')).toHaveLength(1);
  });

  test('that was cut off is resumed, also by the next attempt', async () => {
    mirror.manner = 'always-broken';
    expect(await fetched(open()).catch((error: unknown) => error)).toMatchObject({ code: 'speech_model_missing' });
    mirror.manner = null;
    await fetched(open());
    expect(mirror.downloads('ggml-base-q5_1.bin').at(-1)?.headers.range).toMatch(/^bytes=[1-9]/);
    expect(Buffer.from(await Bun.file(file).arrayBuffer()).equals(MODEL)).toBe(true);
  });

  test('with other bytes than published is never there', async () => {
    await mirror.put(SMALL.models['base-q5_1']?.path ?? '', new Uint8Array(60_000));
    expect(await fetched(open()).catch((error: unknown) => error)).toMatchObject({
      code: 'speech_model_missing',
      detail: expect.stringContaining('SHA-256'),
    });
    expect(await Bun.file(file).exists()).toBe(false);
  });

  test('cannot be had offline; a busy server is given the time it asks for', async () => {
    mirror.status = 503;
    expect(await fetched(open()).catch((error: unknown) => error)).toMatchObject({ code: 'speech_model_missing' });
    mirror.status = 429;
    expect(await fetched(open()).catch((error: unknown) => error)).toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: 90,
    });
  });

  test('that is here needs no network, and the one for pauses is not insisted on', async () => {
    await Bun.write(file, MODEL);
    mirror.status = 503;
    const models = open();
    expect(await fetched(models)).toBe(file);
    expect(await models.vad()).toBeNull();
    mirror.status = null;
    expect(await fetched(models)).toBe(file);
    expect(await models.vad()).toBeNull();
  });

  test('stops being fetched when the person cancels', async () => {
    mirror.manner = 'slow';
    const cancel = new AbortController();
    const reason = new Error('cancelled by the person');
    const done = open().whisper((bytes) => bytes > 0 && cancel.abort(reason), cancel.signal);
    expect(await done.catch((error: unknown) => error)).toBe(reason);
  });
});

describe("the operator's own file", () => {
  test('is taken as it is, and nothing is fetched', async () => {
    const own = join(dataDir, 'mine', 'whisper.bin');
    await Bun.write(own, 'a model');
    await Bun.write(join(dataDir, 'mine', 'ggml-silero.bin'), VAD);
    const models = open(own);
    expect(models.name).toBe('whisper.bin');
    expect(await fetched(models)).toBe(own);
    expect(await models.vad()).toBe(join(dataDir, 'mine', 'ggml-silero.bin'));
    expect(await models.state()).toMatchObject({ path: own, present: true, size: null });
    expect(mirror.downloads('ggml-silero.bin')).toEqual([]);
  });

  test('that is not there is not replaced by another', async () => {
    const models = open('/nowhere/model.bin');
    expect(await models.state()).toMatchObject({ present: false, size: null });
    expect(await fetched(models).catch((error: unknown) => error)).toMatchObject({
      code: 'speech_model_unusable',
      detail: expect.stringContaining('/nowhere/model.bin'),
    });
  });
});

describe('the choice of a model', () => {
  test('of a name that does not exist is refused at the start, and the names that do are told', () => {
    expect(() => open('basic')).toThrow(ConfigError);
    expect(() => open('basic')).toThrow(/WHISPER_MODEL: there is no model basic; there are base-q5_1/);
    for (const name of ['base.en', 'constructor']) expect(() => open(name)).toThrow(ConfigError);
  });

  test('without one suits the machine, and is in the catalogue', () => {
    const GIB = 1024 ** 3;
    expect(modelFor(2, 64 * GIB)).toBe('base-q5_1');
    expect(modelFor(32, 2 * GIB)).toBe('base-q5_1');
    expect(modelFor(4, 4 * GIB)).toBe('small-q5_1');
    expect(modelFor(8, 16 * GIB)).toBe('large-v3-turbo-q5_0');
    for (const cores of [1, 4, 8]) expect(CATALOGUE.models[modelFor(cores, 16 * GIB)]).toBeDefined();
  });

  test('has every size, whole and quantised, each with its own checksum', () => {
    const names = Object.keys(CATALOGUE.models);
    for (const size of ['tiny', 'base', 'small', 'medium', 'large-v3', 'large-v3-turbo']) {
      expect(names).toContain(size);
      expect(names.some((name) => name.startsWith(`${size}-q`))).toBe(true);
    }
    const files = [...Object.values(CATALOGUE.models), CATALOGUE.vad];
    for (const { sha256 } of files) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(files.length);
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
  });
});
