import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programEnvironment } from '../config.ts';
import { findMediaPrograms, type MediaPrograms } from './media-programs.ts';
import { findPauses } from './silence.ts';

const signal = AbortSignal.timeout(60_000);
let programs: MediaPrograms;
let folder: string;

beforeAll(async () => {
  programs = await findMediaPrograms({}, programEnvironment());
  folder = await mkdtemp(join(tmpdir(), 'silence-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** 20 s of a loud voice (a tone) at 0–5, 6–10 and 16–20 s, with `noise` (an amplitude) all the time, at that volume. */
async function recording(noise: number, volume = 1): Promise<string> {
  const path = join(folder, `${noise}-${volume}.wav`);
  const voice = 'if(between(t,0,5)+between(t,6,10)+between(t,16,20),0.5*sin(2*PI*440*t),0)';
  const source = `aevalsrc=exprs='${volume}*(${voice}+${noise}*(2*random(0)-1))':s=16000:d=20`;
  const child = Bun.spawn([programs.ffmpeg?.path ?? 'ffmpeg', '-v', 'error', '-f', 'lavfi', '-i', source, path]);
  expect(await child.exited).toBe(0);
  return path;
}

const rounded = (stretches: { start: number; end: number }[]) =>
  stretches.map(({ start, end }) => [Math.round(start * 10) / 10, Math.round(end * 10) / 10]);

test('pauses are found, and of them the silences in which nothing can have been said', async () => {
  const done: number[] = [];
  const onProgress = (seconds: number) => done.push(seconds);
  const { pauses, silences } = await findPauses(programs, await recording(0.0005), 20, { signal, onProgress });
  expect(rounded(pauses)).toEqual([
    [5, 6],
    [10, 16],
  ]);
  expect(rounded(silences)).toEqual([[10, 16]]);
  expect(done.at(-1)).toBeCloseTo(20, 0);
});

test('in a noisy room there are pauses, but no silence', async () => {
  const { pauses, silences } = await findPauses(programs, await recording(0.05), 20, { signal });
  expect(rounded(pauses)).toEqual([
    [5, 6],
    [10, 16],
  ]);
  expect(silences).toEqual([]);
});

test('a recording that is very quiet is not taken for silence', async () => {
  const { pauses, silences } = await findPauses(programs, await recording(0, 0.004), 20, { signal });
  expect(rounded(pauses)).toEqual([
    [5, 6],
    [10, 16],
  ]);
  expect(silences).toEqual([]);
});

test('silence that lasts to the end ends there', async () => {
  const path = join(folder, 'nothing.wav');
  const source = ['-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono'];
  await Bun.spawn([programs.ffmpeg?.path ?? 'ffmpeg', '-v', 'error', ...source, '-t', '8', path]).exited;
  expect(await findPauses(programs, path, 8, { signal })).toEqual({
    pauses: [{ start: 0, end: 8 }],
    silences: [{ start: 0, end: 8 }],
  });
});
