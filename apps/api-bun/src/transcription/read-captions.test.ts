import { expect, test } from 'bun:test';
import { readCaptions } from './read-captions.ts';

const { signal } = new AbortController();
const vtt = (text: string) => ({ format: 'vtt', kind: 'authored', text: `WEBVTT\n\n${text}` }) as const;
const cue = 'a\n\n';

test('captions are read as their form says', async () => {
  const text = '{"events":[{"tStartMs":1000,"dDurationMs":2000,"segs":[{"utf8":"Hola a todos."}]}]}';
  expect(await readCaptions({ format: 'json3', kind: 'automatic', text }, signal)).toEqual([
    { id: 0, start: 1, end: 3, text: 'Hola a todos.' },
  ]);
  expect(await readCaptions(vtt('nothing'), signal)).toEqual([]);
});

test('while captions made to be slow are read, others are answered', async () => {
  let answered = 0;
  const others = setInterval(() => answered++, 10);
  const busy = vtt(`00:01.000 --> 00:09.000\n${'x >> '.repeat(300_000)}`);
  expect(await readCaptions(busy, signal)).toEqual([]);
  clearInterval(others);
  expect(answered).toBeGreaterThan(5);
});

test('whoever cancels does not wait for them', async () => {
  const cancel = new AbortController();
  const reading = readCaptions(vtt(`00:01.000 --> 00:09.000\n${cue.repeat(100)}`), cancel.signal);
  cancel.abort(new Error('cancelled'));
  await expect(reading).rejects.toThrow('cancelled');
  await expect(readCaptions(vtt(cue), cancel.signal)).rejects.toThrow('cancelled');
});
