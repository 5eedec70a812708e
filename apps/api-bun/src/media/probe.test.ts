import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { symlink } from 'node:fs/promises';
import { $ } from 'bun';
import { makeSampleMedia, type SampleMedia } from '../../../../tests/fakes/sample-media.ts';
import { programEnvironment } from '../config.ts';
import { captionsFormat } from './captions.ts';
import { cutSound, extractAudio, extractSubtitles, extractThumbnail, reencodePicture } from './ffmpeg.ts';
import { findMediaPrograms, type MediaPrograms } from './media-programs.ts';
import { probe } from './probe.ts';

const signal = AbortSignal.timeout(60_000);
let programs: MediaPrograms;
let media: SampleMedia;
beforeAll(async () => {
  programs = await findMediaPrograms({}, programEnvironment());
  media = await makeSampleMedia(programs.ffmpeg?.path ?? 'ffmpeg');
}, 60_000);
afterAll(() => media[Symbol.asyncDispose]());

describe('reading a file', () => {
  test.each(['captioned.mp4', 'captioned.mkv'])('%s says what it holds', async (name) => {
    const found = await probe(programs, media.path(name), signal);
    expect(found).toMatchObject({ title: 'La memoria', artist: 'Canal de prueba', hasAudio: true, picture: 'video' });
    expect(found.language).toBe('es');
    expect(found.duration).toBeCloseTo(12, 0);
    expect(found.subtitles.map(({ language }) => language)).toEqual(['es', 'en']);
    expect(found.chapters).toMatchObject([
      { title: 'Introducción', start: 0, end: 4 },
      { title: 'Cómo recordamos', start: 4, end: expect.closeTo(12, 0) },
    ]);
  });

  test.each([
    [{ date: '2024-03-05', creation_time: '2020-05-05T10:00:00Z' }, '2024-03-05'],
    [{ date: '2024', creation_time: '2020-05-05T10:00:00Z' }, '2020-05-05'],
    [{ date: '2024' }, null],
  ])('with the tags %j it was published on %p', async (tags, day) => {
    const file = media.path('dated.mp4');
    const metadata = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
    await $`${programs.ffmpeg?.path} -nostdin -v error -y -i ${media.path('plain.mp4')} -c copy ${metadata} ${file}`;
    expect((await probe(programs, file, signal)).published).toBe(day);
  });

  test('sound alone has no picture, a picture alone no sound', async () => {
    expect(await probe(programs, media.path('sound.mp3'), signal)).toMatchObject({ hasAudio: true, picture: null });
    expect(await probe(programs, media.path('silent.mp4'), signal)).toMatchObject({
      hasAudio: false,
      picture: 'video',
    });
  });

  test.each(['cut.mp4', 'cut.mkv', 'cut-index-last.mp4'])('%s is cut off', async (name) => {
    await expect(probe(programs, media.path(name), signal)).rejects.toMatchObject({ code: 'truncated_file' });
  });

  test.each([
    ['nothing', new Uint8Array(), 'empty_file'],
    ['text', 'Just some words that are no media at all, for a while.', 'wrong_file_type'],
    [
      'a PNG',
      Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
      'wrong_file_type',
    ],
    ['a PDF', '%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n<<>>\nendobj\n', 'wrong_file_type'],
  ])('%s called .mp4 is not taken', async (_kind, content, code) => {
    const file = media.path('pretends.mp4');
    await Bun.write(file, content);
    await expect(probe(programs, file, signal)).rejects.toMatchObject({ code });
  });

  test('a playlist called .mp4 does not make ffmpeg open what it names', async () => {
    const file = media.path('playlist.mp4');
    await Bun.write(file, '#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\nsound.mp3\n#EXT-X-ENDLIST\n');
    await expect(probe(programs, file, signal)).rejects.toMatchObject({ code: 'wrong_file_type' });
    await Bun.write(file, "ffconcat version 1.0\nfile 'sound.mp3'\n");
    await expect(probe(programs, file, signal)).rejects.toMatchObject({ code: 'wrong_file_type' });
  });

  test('a name that looks like an option or an address is only a name', async () => {
    const file = media.path('-i http:x %d.mp4');
    await Bun.write(file, Bun.file(media.path('plain.mp4')));
    expect((await probe(programs, file, signal)).hasAudio).toBe(true);
  });
});

describe('taking things out of a file', () => {
  test('its sound, small, 16 kHz mono, telling the seconds done', async () => {
    const out = media.path('out.ogg');
    const seconds: number[] = [];
    await extractAudio(programs, media.path('plain.mp4'), out, { signal, onProgress: (done) => seconds.push(done) });
    expect((await probe(programs, out, signal)).duration).toBeCloseTo(12, 0);
    expect(Bun.file(out).size).toBeLessThan(12 * 6_000);
    expect(seconds.at(-1)).toBeCloseTo(12, 0);
  });

  test('sound that begins late keeps its place', async () => {
    const out = media.path('late.ogg');
    await extractAudio(programs, media.path('late.mp4'), out, { signal });
    const samples = await pcm(out);
    const loudness = (second: number) => Math.max(...samples.subarray(second * 16_000, (second + 1) * 16_000));
    expect(loudness(1)).toBeLessThan(50);
    expect(loudness(4)).toBeGreaterThan(1_000);
  });

  test('a stretch of its sound, to the millisecond, in each form', async () => {
    const sound = { start: 2.5, end: 5.75, out: media.path('stretch'), signal };
    const sizeOf = async (form: 'pcm' | 'wav' | 'opus') => {
      await cutSound(programs, media.path('plain.mp4'), { ...sound, form });
      return Bun.file(sound.out).size;
    };
    expect(await sizeOf('pcm')).toBe(3.25 * 32_000);
    expect(await sizeOf('wav')).toBeGreaterThan(3.25 * 32_000);
    expect(await sizeOf('opus')).toBeLessThan(3.25 * 5_000);
    const silent = cutSound(programs, media.path('silent.mp4'), { ...sound, form: 'pcm' });
    await expect(silent).rejects.toMatchObject({ code: 'wrong_file_type' });
  });

  test('the captions of one track, as WebVTT', async () => {
    for (const name of ['captioned.mp4', 'captioned.mkv']) {
      const text = await extractSubtitles(programs, media.path(name), { signal, index: 2, out: media.path('out.vtt') });
      expect(captionsFormat(text)).toBe('vtt');
      expect(text).toContain('Recordar es volver a construir.');
    }
  });

  test('a small JPEG of a moment', async () => {
    const options = { signal, second: 2, out: media.path('out.jpg') };
    const jpeg = await extractThumbnail(programs, media.path('plain.mp4'), options);
    expect(Buffer.from(jpeg.subarray(0, 3)).toString('hex')).toBe('ffd8ff');
    expect(jpeg.length).toBeLessThan(60_000);
    await Bun.write(media.path('picture'), jpeg);
    const again = await reencodePicture(programs, media.path('picture'), { signal, out: media.path('again.jpg') });
    expect(jpegWidth(again)).toBe(640);
  });

  test('nothing is left behind when it fails, and a missing ffmpeg has a name', async () => {
    const out = media.path('failed.ogg');
    const failing = extractAudio(programs, media.path('silent.mp4'), out, { signal });
    await expect(failing).rejects.toMatchObject({ code: 'wrong_file_type' });
    expect(await Bun.file(out).exists()).toBe(false);
    const missing = extractAudio({ ...programs, ffmpeg: null }, media.path('plain.mp4'), out, { signal });
    await expect(missing).rejects.toMatchObject({ code: 'ffmpeg_missing' });
  });

  test.if(process.platform === 'linux')('a full disk is called one', async () => {
    const out = media.path('full.ogg');
    await symlink('/dev/full', out);
    const failing = extractAudio(programs, media.path('plain.mp4'), out, { signal });
    await expect(failing).rejects.toMatchObject({ code: 'disk_full' });
  });
});

async function pcm(file: string): Promise<Int16Array> {
  const out = media.path('samples.pcm');
  await cutSound(programs, file, { start: 0, end: 60, form: 'pcm', out, signal });
  return new Int16Array(await Bun.file(out).arrayBuffer());
}

/** The width in a JPEG's first frame header (ITU T.81, B.2.2). */
function jpegWidth(jpeg: Uint8Array): number {
  const at = Buffer.from(jpeg).indexOf(Buffer.from('ffc0', 'hex'));
  return Buffer.from(jpeg).readUInt16BE(at + 7);
}
