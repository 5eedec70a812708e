import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobStep, ProgressDetail } from '@destila/contracts';
import { programEnvironment } from '../config.ts';
import { findMediaPrograms, type MediaPrograms } from '../media/media-programs.ts';
import type { Recognized, Recognizer, SoundWindow } from '../transcription/recognizer.ts';
import { type ListenDependencies, listen } from './listen.ts';
import type { StageContext } from './stage.ts';
import { contextFor } from './stage-context.fixture.ts';

let programs: MediaPrograms;
let folder: string;
let workDir: string;
beforeAll(async () => {
  programs = await findMediaPrograms({}, programEnvironment());
  folder = await mkdtemp(join(tmpdir(), 'listen-'));
  await Promise.all(Object.entries(RECORDINGS).map(([name, sound]) => record(name, sound)));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  workDir = await mkdtemp(join(folder, 'work-'));
});
afterEach(async () => {
  expect(await readdir(workDir)).toEqual([]);
});

const SECONDS = 120;
/** Voices are tones, each one higher than the one before, so that it can be heard which is which. */
const RECORDINGS = {
  /** A voice of 3 s every 10 s. */
  pauses: { every: 10, heard: 'lt(mod(t,10),3)' },
  /** One voice after the other, 4 s each, without a pause. */
  breathless: { every: 4, heard: '1' },
  /** Voices in the first and the last 20 s. */
  hollow: { every: 10, heard: 'lt(mod(t,10),3)*(lt(t,20)+gte(t,100))' },
  nobody: { every: 10, heard: '0' },
} as const;

function voice(index: number): number {
  return 300 + 60 * index;
}

async function record(name: string, { every, heard }: { every: number; heard: string }): Promise<void> {
  const tone = `aevalsrc=exprs='0.5*sin(2*PI*(300+60*floor(t/${every}))*t)*${heard}':s=16000:d=${SECONDS}`;
  const ffmpeg = programs.ffmpeg?.path ?? 'ffmpeg';
  const child = Bun.spawn([ffmpeg, '-v', 'error', '-f', 'lavfi', '-i', tone, join(folder, `${name}.wav`)]);
  expect(await child.exited).toBe(0);
}

interface Ears extends Partial<Pick<Recognizer, 'name' | 'longestWindow'>> {
  /** What else it does with each window, before it answers. */
  during?(window: SoundWindow, heard: Recognized): void | Promise<void>;
  language?: string;
}

/** Hears tones in samples: `voice 7` is the seventh. */
function ears({ name = 'ears', longestWindow = 25, during, language = 'es' }: Ears = {}): Recognizer {
  return {
    name,
    origin: 'command',
    form: 'pcm',
    longestWindow,
    open: async () => ({
      async recognize(window) {
        const samples = new Int16Array(await Bun.file(window.path).arrayBuffer());
        expect(samples.length / 16_000).toBeCloseTo(window.durationSeconds, 2);
        expect(window.durationSeconds).toBeLessThanOrEqual(longestWindow);
        const segments = tonesIn(samples);
        const heard = { segments, language: segments.length > 0 ? language : null };
        for (const share of [0.5, 1.2, 0.1]) window.onProgress(share * window.durationSeconds);
        await during?.(window, heard);
        return heard;
      },
      async [Symbol.asyncDispose]() {},
    }),
  };
}

/** By a tenth of a second. */
function tonesIn(samples: Int16Array): Recognized['segments'] {
  const tones: Recognized['segments'] = [];
  for (let at = 0; at + 1_600 <= samples.length; at += 1_600) {
    const [start, end] = [at / 16_000, (at + 1_600) / 16_000];
    const index = Math.round((frequencyOf(samples.subarray(at, at + 1_600)) - voice(0)) / 60);
    const text = `voice ${index}`;
    const last = tones.at(-1);
    if (index >= 0 && last?.text === text) last.end = end;
    else if (index >= 0) tones.push({ start, end, text });
  }
  return tones.filter((tone) => tone.end - tone.start > 0.25);
}

function frequencyOf(samples: Int16Array): number {
  const crossings = samples.reduce((sum, sample, index) => {
    return sum + (index > 0 && sample >= 0 !== (samples[index - 1] ?? 0) >= 0 ? 1 : 0);
  }, 0);
  return samples.some((sample) => Math.abs(sample) > 1_000) ? crossings * 5 : 0;
}

interface Claim {
  recording?: keyof typeof RECORDINGS;
  recognizer?: Recognizer;
  language?: string | null;
  store?: Map<string, unknown>;
  duration?: number;
  voiceModel?: string;
  signal?: AbortSignal;
}

function claim({ recording = 'pauses', recognizer = ears(), language = null, store = new Map(), ...rest }: Claim = {}) {
  const reports: [JobStep, ProgressDetail | undefined][] = [];
  const context: StageContext = contextFor({
    workDir,
    signal: rest.signal ?? AbortSignal.timeout(60_000),
    report: (step, detail) => reports.push([step, detail]),
    parts: {
      read: async () => new Map(store),
      keep: async (key, output) => void store.set(key, JSON.parse(JSON.stringify(output))),
    },
  });
  const dependencies: ListenDependencies = {
    recognizer,
    programs,
    voiceModel: async () => rest.voiceModel ?? null,
    fetchAudio: async () => ({ path: join(folder, `${recording}.wav`), durationSeconds: rest.duration ?? SECONDS }),
  };
  return { reports, work: listen(context, language, dependencies) };
}

/** `voice 7 at 70–73`, to the nearest second. */
async function heard(work: ReturnType<typeof listen>): Promise<string[]> {
  const { segments } = await work;
  expect(segments.map(({ id }) => id)).toEqual(segments.map((_, index) => index));
  return segments.map(({ text, start, end }) => `${text} at ${Math.round(start)}–${Math.round(end)}`);
}

const EVERY_VOICE = Array.from({ length: 12 }, (_, index) => `voice ${index} at ${index * 10}–${index * 10 + 3}`);

describe('a recording in windows', () => {
  test('is heard whole, each voice once and at its own time', async () => {
    expect(await heard(claim().work)).toEqual(EVERY_VOICE);
    expect(await heard(claim({ recognizer: ears({ longestWindow: 61 }) }).work)).toEqual(EVERY_VOICE);
    expect(await heard(claim({ recognizer: ears({ longestWindow: 3600 }) }).work)).toEqual(EVERY_VOICE);
  });

  test('is heard whole also when nobody ever pauses: a sentence that is cut off is heard again from its beginning', async () => {
    const everyVoice = Array.from({ length: 30 }, (_, index) => `voice ${index} at ${index * 4}–${index * 4 + 4}`);
    const recognizer = ears({ longestWindow: 50 });
    expect(await heard(claim({ recording: 'breathless', recognizer }).work)).toEqual(everyVoice);
  });

  test('a long silence is not listened to, and words that an engine hears in silence are left out and counted', async () => {
    const windows: number[] = [];
    const recognizer = ears({
      longestWindow: 60,
      during({ durationSeconds }, { segments }) {
        windows.push(Math.round(durationSeconds));
        segments.push({ start: 5, end: 8, text: 'Subtítulos realizados por la comunidad de Amara.org' });
      },
    });
    const { work } = claim({ recording: 'hollow', recognizer });
    expect(await heard(work)).toEqual(EVERY_VOICE.filter((_, index) => index < 2 || index >= 10));
    expect(windows).toEqual([14, 21]);
    expect((await work).dropped).toEqual({ repeated: 0, silent: 2 });
  });

  test('what an engine says over and over is kept once and counted, across windows', async () => {
    const recognizer = ears({
      during(_window, { segments }) {
        for (const segment of segments) segment.text = 'Thanks for watching!';
      },
    });
    const { work } = claim({ recognizer });
    expect(await heard(work)).toEqual(['Thanks for watching! at 0–3']);
    expect((await work).dropped).toEqual({ repeated: 11, silent: 0 });
  });

  test('nobody speaks: no_speech, and there is nothing to recognise', async () => {
    const recognizer = ears({ during: () => Promise.reject(new Error('it is silent')) });
    await expect(claim({ recording: 'nobody', recognizer }).work).rejects.toMatchObject({ code: 'no_speech' });
  });

  test('the language that is heard first is listened for from then on; the one that is known, from the beginning', async () => {
    const asked: (string | null)[] = [];
    const recognizer = ears({ during: ({ language }) => void asked.push(language), language: 'pt' });
    expect((await claim({ recognizer }).work).language).toBe('pt');
    expect(asked.slice(0, 3)).toEqual([null, 'pt', 'pt']);
    asked.length = 0;
    expect((await claim({ recognizer, language: 'es-MX' }).work).language).toBe('es-MX');
    expect([...new Set(asked)]).toEqual(['es-MX']);
  });
});

test('progress is in seconds of sound: it only rises, to the end and never beyond', async () => {
  const { reports, work } = claim();
  await work;
  expect([...new Set(reports.map(([step]) => step))]).toEqual(['finding_pauses', 'transcribing_audio']);
  const done = reports.filter(([step]) => step === 'transcribing_audio').map(([, detail]) => detail?.done ?? -1);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  expect(done[0]).toBe(0);
  expect(done.at(-1)).toBe(SECONDS);
  expect(reports.every(([, detail]) => detail?.total === SECONDS && detail.unit === 'seconds')).toBe(true);
});

describe('taken up again', () => {
  /** Ends as a killed process does, in the middle of its window number `last`, from 0. */
  function dyingAt(last: number, changes: Ears = {}): Recognizer {
    let windows = 0;
    return ears({
      ...changes,
      during() {
        if (windows++ === last) throw new Error('killed');
      },
    });
  }

  test('only the windows that were not finished are heard, and the transcript is the same', async () => {
    const store = new Map<string, unknown>();
    await expect(claim({ store, recognizer: dyingAt(3) }).work).rejects.toThrow('killed');
    expect([...store.keys()]).toEqual(
      ['plan', 'window 0', 'window 1', 'window 2'].map((key) => `ears, 120.0 s: ${key}`),
    );

    let windows = 0;
    const { reports, work } = claim({ store, recognizer: ears({ during: () => void windows++ }) });
    expect(await heard(work)).toEqual(EVERY_VOICE);
    const planned = [...store.keys()].filter((key) => key.includes('window')).length;
    expect(windows).toBe(planned - 3);
    expect(reports.map(([step]) => step)).not.toContain('finding_pauses');
    expect(reports[0]?.[1]?.done).toBeGreaterThan(30);
    expect(reports[0]?.[1]?.eta_seconds).toBeNull();
  });

  test('after the last window there is nothing left to hear', async () => {
    const store = new Map<string, unknown>();
    await claim({ store }).work;
    expect(await heard(claim({ store, recognizer: dyingAt(0) }).work)).toEqual(EVERY_VOICE);
  });

  test('a cut-off sentence is heard again by whoever comes next', async () => {
    const everyVoice = Array.from({ length: 30 }, (_, index) => `voice ${index} at ${index * 4}–${index * 4 + 4}`);
    const store = new Map<string, unknown>();
    const next = (last: number) =>
      claim({ store, recording: 'breathless', recognizer: dyingAt(last, { longestWindow: 30 }) });
    for (let claims = 0; claims < 4; claims++) await expect(next(1).work).rejects.toThrow('killed');
    expect(await heard(next(-1).work)).toEqual(everyVoice);
  });

  test('another recogniser, or another sound, begins anew', async () => {
    const store = new Map<string, unknown>();
    await expect(claim({ store, recognizer: dyingAt(3) }).work).rejects.toThrow('killed');
    let windows = 0;
    const recognizer = (name: string) => ears({ name, during: () => void windows++ });
    const { segments } = await claim({ store, recognizer: recognizer('other ears') }).work;
    const all = windows;
    expect(segments).toHaveLength(12);
    windows = 0;
    await claim({ store, recognizer: recognizer('ears'), duration: SECONDS - 1 }).work;
    expect(windows).toBe(all);
  });

  test('a plan that is no longer understood is made anew, and none of its windows is used', async () => {
    const store = new Map<string, unknown>();
    await claim({ store }).work;
    for (const [key, part] of store) {
      if (key.includes('plan')) store.set(key, { version: 'of another time' });
      else store.set(key, { ...Object(part), end: 1, segments: [] });
    }
    expect(await heard(claim({ store }).work)).toEqual(EVERY_VOICE);
  });
});

test('cancelled: what runs is told, and nothing is left behind', async () => {
  const cancel = new AbortController();
  const recognizer = ears({
    during() {
      cancel.abort(new Error('cancelled by the person'));
      throw cancel.signal.reason;
    },
  });
  await expect(claim({ recognizer, signal: cancel.signal }).work).rejects.toThrow('cancelled by the person');
});

test('a model for pauses that does not work is no reason to fail', async () => {
  const model = join(folder, 'pauses.wav');
  expect(await heard(claim({ voiceModel: model }).work)).toEqual(EVERY_VOICE);
});
