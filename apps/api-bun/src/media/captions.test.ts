import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MediaSite, startMediaSite } from '../../../../tests/fakes/media-site.ts';
import { bestTrack, captionsBeside, captionsFormat, readCaptionsFile } from './captions.ts';
import { type GuardProxy, startGuardProxy } from './guard-proxy.ts';
import { languageTag } from './language-tag.ts';
import { createOutsideFetch } from './outside-fetch.ts';

const VTT = 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHola\n';
const SRT = '\uFEFF1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n';

let root: string;
let site: MediaSite;
let guard: GuardProxy;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'captions-'));
  site = await startMediaSite({ root });
  guard = await startGuardProxy({ allowPrivateNetwork: true });
});
afterAll(async () => {
  await guard.close();
  await site.close();
  await rm(root, { recursive: true });
});

function find(path: string) {
  const fetchOutside = createOutsideFetch(guard, { allowPrivateNetwork: true });
  return captionsBeside(fetchOutside, `${site.url}${path}`, {
    languages: ['es', 'en'],
    signal: AbortSignal.timeout(5000),
  });
}

describe('captions beside a file', () => {
  test('are found under the same name, or with a language before the ending', async () => {
    await Bun.write(join(root, 'one.vtt'), VTT);
    await Bun.write(join(root, 'two.en.srt'), SRT);
    expect(await find('/one.mp4?token=1')).toEqual({ format: 'vtt', language: null, kind: 'authored', text: VTT });
    expect(await find('/two.mp4')).toMatchObject({ format: 'srt', language: 'en' });
    expect(await find('/three.mp4')).toBeNull();
  });

  test('must really be captions, and not without end', async () => {
    await Bun.write(join(root, 'page.vtt'), '<!doctype html><title>Not found, but 200</title>');
    await Bun.write(join(root, 'bare.vtt'), 'WEBVTT\n\nNOTE nothing here\n');
    await Bun.write(join(root, 'huge.vtt'), VTT + ' '.repeat(11 * 1024 ** 2));
    expect(await find('/page.mp4')).toBeNull();
    expect(await find('/bare.mp4')).toBeNull();
    expect(await find('/huge.mp4')).toBeNull();
  });
});

test('captions are known by their form', () => {
  expect(captionsFormat(VTT)).toBe('vtt');
  expect(captionsFormat(SRT)).toBe('srt');
  expect(captionsFormat(VTT.replace('WEBVTT', 'WEBVTTX'))).toBeNull();
  expect(captionsFormat(SRT.replace('1\r\n', ''))).toBe('srt');
  expect(captionsFormat('{ "wireMagic": "pb3", "events": [] }')).toBe('json3');
  expect(captionsFormat('<?xml version="1.0"?>\n<tt:tt xmlns:tt="http://www.w3.org/ns/ttml">')).toBe('ttml');
  for (const other of ['', '{"error":"gone"}', '<html><body>00:00:01.000 --> 2</body></html>']) {
    expect(captionsFormat(other)).toBeNull();
  }
});

describe('captions in a file', () => {
  const read = async (bytes: Uint8Array | string) => {
    await Bun.write(join(root, 'file'), bytes);
    return readCaptionsFile(join(root, 'file'));
  };
  const cue = '1\n00:00:01,000 --> 00:00:02,000\n¿Mañana?\n';

  test('are text in Unicode, or in the code page that old subtitles are in', async () => {
    expect(await read(cue)).toEqual({ format: 'srt', text: cue });
    expect(await read(`\ufeff${cue}`)).toEqual({ format: 'srt', text: cue });
    expect(await read(Buffer.from(`\ufeff${cue}`, 'utf16le'))).toEqual({ format: 'srt', text: cue });
    expect(await read(Buffer.from(`\ufeff${cue}`, 'utf16le').swap16())).toEqual({ format: 'srt', text: cue });
    expect(await read(Buffer.from(cue, 'latin1'))).toEqual({ format: 'srt', text: cue });
  });

  test('are none when it is far too large for them', async () => {
    expect(await read(cue + ' '.repeat(11 * 1024 ** 2))).toBeNull();
  });
});

test('the wanted language is taken first, then the next, then whatever there is', () => {
  const tracks = [{ language: 'fr' }, { language: 'es-419' }, { language: null }];
  expect(bestTrack(tracks, ['en', 'es'])).toEqual({ language: 'es-419' });
  expect(bestTrack(tracks, [null, 'de'])).toEqual({ language: 'fr' });
  expect(bestTrack([], ['es'])).toBeNull();
});

test.each([
  ['spa', 'es'],
  ['fre', 'fr'],
  ['ger', 'de'],
  ['pt_BR', 'pt-BR'],
  ['es-419', 'es-419'],
  ['und', null],
  ['', null],
  ['not a language', null],
  [null, null],
])('%p is the language %p', (code, tag) => {
  expect(languageTag(code)).toBe(tag);
});
