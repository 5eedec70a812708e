import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DestilaError, type JobStep, type ProgressDetail } from '@destila/contracts';
import { type MediaSite, startMediaSite } from '../../../../tests/fakes/media-site.ts';
import { makeSampleMedia, type SampleMedia } from '../../../../tests/fakes/sample-media.ts';
import { installFakeYtdlp } from '../../../../tests/fakes/yt-dlp.ts';
import { programEnvironment } from '../config.ts';
import { createMedia, type Media, type MediaConfig } from '../media/media.ts';
import { findMediaPrograms } from '../media/media-programs.ts';
import { createDownloadStage } from './download.ts';
import { createAudioFetcher } from './fetch-audio.ts';
import type { StageContext } from './stage.ts';
import { contextFor, jobFor } from './stage-context.fixture.ts';

const VTT = 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHola desde fuera\n';

let sample: SampleMedia;
let site: MediaSite;
let programs: Awaited<ReturnType<typeof findMediaPrograms>>;
beforeAll(async () => {
  programs = await findMediaPrograms({}, programEnvironment());
  sample = await makeSampleMedia(programs.ffmpeg?.path ?? 'ffmpeg');
  site = await startMediaSite({ root: sample.folder });
}, 60_000);
afterAll(async () => {
  await site.close();
  await sample[Symbol.asyncDispose]();
});

let dataDir: string;
let media: Media;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'download-stage-'));
  media = await openMedia({});
});
afterEach(async () => {
  await media.close();
  await rm(dataDir, { recursive: true });
});

/** Media without yt-dlp, wherever this runs, unless `config` names one. */
function openMedia(config: Partial<MediaConfig>): Promise<Media> {
  const common = { ALLOW_PRIVATE_NETWORK: true, UPLOAD_LIMIT: 10 * 1024 ** 2, YTDLP_PATH: '/nonexistent/yt-dlp' };
  return createMedia({ config: { ...common, ...config }, dataDir, environment: programEnvironment() });
}

async function visit(url: string, changes: Partial<StageContext> = {}) {
  const workDir = await mkdtemp(join(dataDir, 'work-'));
  const steps: [JobStep, ProgressDetail?][] = [];
  const thumbnails: Uint8Array[] = [];
  const context = contextFor({
    job: jobFor({ url: url.startsWith('/') ? `${site.url}${url}` : url }),
    workDir,
    report: (...step) => steps.push(step),
    keepThumbnail: async (jpeg) => void thumbnails.push(jpeg),
    ...changes,
  });
  return { context, steps, thumbnails };
}

async function download(url: string, changes?: Partial<StageContext>) {
  const visited = await visit(url, changes);
  const output = await createDownloadStage(media).run(visited.context, null);
  return { ...visited, output, cached: await media.cache.find(visited.context.job.id) };
}

/** The code a download ends with; nothing may have been kept. */
async function refusal(url: string, changes?: Partial<StageContext>): Promise<string> {
  try {
    await download(url, changes);
    return 'downloaded';
  } catch (error) {
    expect(await readdir(join(dataDir, 'cache'))).toEqual([]);
    return error instanceof DestilaError ? error.code : String(error);
  }
}

describe('a direct address', () => {
  test('with a subtitle track inside needs no sound, and everything it says is kept', async () => {
    const { output, cached, thumbnails, steps } = await download('/captioned.mp4');
    expect(output).toMatchObject({ title: 'La memoria', channel: 'Canal de prueba', language: 'es' });
    expect(output.duration).toBeCloseTo(12, 0);
    expect(output.chapters.map(({ title }) => title)).toEqual(['Introducción', 'Cómo recordamos']);
    expect(output.captions).toMatchObject({ format: 'vtt', language: 'es', kind: 'authored' });
    expect(output.captions?.text).toContain('Recordar es volver a construir.');
    expect(cached).toBeNull();
    expect(thumbnails[0]?.length).toBeGreaterThan(1_000);
    const bytes = Bun.file(sample.path('captioned.mp4')).size;
    const fetched = steps.filter(([step]) => step === 'fetching_media').at(-1)?.[1];
    expect(fetched).toMatchObject({ unit: 'bytes', done: bytes, total: bytes });
  });

  test('takes captions in the language the summary is wanted in', async () => {
    const job = jobFor({ url: `${site.url}/captioned.mkv`, output_language: 'en' });
    expect((await download('', { job })).output.captions?.language).toBe('en');
  });

  test('takes captions beside it before those inside', async () => {
    await Bun.write(sample.path('beside.mp4'), Bun.file(sample.path('captioned.mp4')));
    await Bun.write(sample.path('beside.en.vtt'), VTT);
    const { output } = await download('/beside.mp4');
    expect(output.captions).toEqual({ format: 'vtt', language: 'en', kind: 'authored', text: VTT });
  });

  test('without captions leaves its sound in the cache, and is named by its file', async () => {
    await Bun.write(sample.path('Mi_charla-sobre.memoria.mp4'), Bun.file(sample.path('plain.mp4')));
    const { output, cached, steps } = await download('/Mi_charla-sobre.memoria.mp4');
    expect(output).toMatchObject({ title: 'Mi charla sobre memoria', captions: null });
    expect(cached).toStartWith(join(dataDir, 'cache'));
    expect(steps.at(-1)).toMatchObject(['extracting_audio', { unit: 'seconds', done: expect.closeTo(12, 0) }]);
  });

  test('is resumed where the connection broke', async () => {
    expect((await download('/broken-once/captioned.mp4')).output.title).toBe('La memoria');
  });

  test.each([
    ['/404', 'source_not_found'],
    ['/403', 'source_forbidden'],
    ['/500', 'source_unavailable'],
    ['/429', 'rate_limited'],
    ['/empty', 'empty_file'],
    ['/image-as.mp4', 'wrong_file_type'],
    ['/endless', 'too_large'],
    ['/cut.mp4', 'truncated_file'],
    ['/cut-index-last.mp4', 'truncated_file'],
    ['/always-broken/plain.mp4', 'truncated_file'],
    ['/silent.mp4', 'no_audio'],
    ['/html', 'ytdlp_missing'],
    ['https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'ytdlp_missing'],
    ['file:///etc/passwd', 'invalid_url'],
    ['javascript:alert(1)', 'invalid_url'],
    ['/redirect?to=file:///etc/passwd', 'invalid_url'],
  ])('%p ends with %p', async (url, code) => {
    expect(await refusal(url)).toBe(code);
  });

  test('to a private network is refused, with and without yt-dlp', async () => {
    for (const path of ['/nonexistent/yt-dlp', await installFakeYtdlp(dataDir)]) {
      await media.close();
      media = await openMedia({ ALLOW_PRIVATE_NETWORK: false, YTDLP_PATH: path });
      expect(await refusal('/captioned.mp4')).toBe('private_address');
      expect(await refusal('http://169.254.169.254/latest/meta-data/')).toBe('private_address');
      expect(await refusal(`http://localhost:${site.port}/watch/plain.mp4`)).toBe('private_address');
    }
  });

  test('stops when the person cancels', async () => {
    const signal = AbortSignal.timeout(300);
    expect(await refusal('/slow/plain.mp4?rate=2000', { signal })).toContain('TimeoutError');
  });

  test('goes on without a picture when the picture cannot be kept', async () => {
    const keepThumbnail = () => Promise.reject(new Error('no'));
    expect((await download('/captioned.mp4', { keepThumbnail })).output.title).toBe('La memoria');
  });

  test.if(process.platform === 'linux')('says so when the disk is full', async () => {
    const workDir = await mkdtemp(join(dataDir, 'work-'));
    await symlink('/dev/full', join(workDir, 'media'));
    expect(await refusal('/plain.mp4', { workDir })).toBe('disk_full');
  });
});

describe('an upload', () => {
  const upload = async (name: string, from: string) => {
    await mkdir(join(dataDir, 'uploads', 'file-1'), { recursive: true });
    await Bun.write(join(dataDir, 'uploads', 'file-1', name), Bun.file(sample.path(from)));
    return `upload:file-1/${name}`;
  };

  test('is read where it is kept, and stays there', async () => {
    const url = await upload('Clase 1_memoria.mp4', 'plain.mp4');
    const { output, cached } = await download(url);
    expect(output).toMatchObject({ title: 'Clase 1 memoria', captions: null });
    expect(cached).not.toBeNull();
    expect(await readdir(join(dataDir, 'uploads', 'file-1'))).toEqual(['Clase 1_memoria.mp4']);
  });

  test('that is gone is not found', async () => {
    expect(await refusal('upload:file-1/gone.mp4')).toBe('source_not_found');
  });
});

describe('a page, with yt-dlp', () => {
  beforeEach(async () => {
    await media.close();
    media = await openMedia({ YTDLP_PATH: await installFakeYtdlp(dataDir) });
  });

  test('gives its title, captions and picture without fetching the video', async () => {
    await Bun.write(sample.path('online.mp4'), Bun.file(sample.path('plain.mp4')));
    await Bun.write(sample.path('online.vtt'), VTT);
    const before = site.requests.length;
    const { output, cached, thumbnails } = await download('/watch/online.mp4');
    expect(output).toMatchObject({
      title: 'A page with a video',
      language: 'es',
      captions: { text: VTT, language: 'es' },
    });
    expect(cached).toBeNull();
    expect(thumbnails).toEqual([]);
    expect(site.requests.slice(before).map(({ path }) => path)).not.toContain('/online.mp4');
  });

  test('without captions gives its sound, telling the bytes, and the duration the page did not say', async () => {
    const { output, cached, steps } = await download('/watch/plain.mp4');
    expect(output.captions).toBeNull();
    expect(output.duration).toBeCloseTo(12, 0);
    expect(cached).not.toBeNull();
    expect(steps.map(([step]) => step)).toContain('fetching_media');
  });

  test('makes its own picture of the one the site offers', async () => {
    await Bun.write(sample.path('pictured.mp4'), Bun.file(sample.path('plain.mp4')));
    const ffmpeg = programs.ffmpeg?.path ?? 'ffmpeg';
    const frame = ['-v', 'error', '-y', '-i', sample.path('plain.mp4'), '-frames:v', '1', sample.path('pictured.jpg')];
    expect(await Bun.spawn([ffmpeg, ...frame]).exited).toBe(0);
    const { thumbnails } = await download('/watch/pictured.mp4');
    expect(Buffer.from(thumbnails[0]?.subarray(0, 3) ?? []).toString('hex')).toBe('ffd8ff');
  });

  test('cannot make yt-dlp reach a private network', async () => {
    await media.close();
    media = await openMedia({ YTDLP_PATH: join(dataDir, 'yt-dlp'), ALLOW_PRIVATE_NETWORK: false });
    const { context } = await visit('/watch/plain.mp4');
    const before = site.requests.length;
    await expect(media.ytdlp?.describe(context.job.url, context)).rejects.toMatchObject({ code: 'private_address' });
    expect(site.requests.length).toBe(before);
  });

  test('of no video is not one', async () => {
    expect(await refusal('/html')).toBe('not_a_video');
  });

  test('whose video is over the limit is too large', async () => {
    await media.close();
    media = await openMedia({ YTDLP_PATH: join(dataDir, 'yt-dlp'), UPLOAD_LIMIT: 20_000 });
    expect(await refusal('/watch/plain.mp4')).toBe('too_large');
  });
});

describe('the sound for transcription', () => {
  test('comes from the cache without another request', async () => {
    const { context } = await download('/plain.mp4');
    const before = site.requests.length;
    const audio = await createAudioFetcher(media)(context);
    expect(audio.durationSeconds).toBeCloseTo(12, 0);
    expect(audio.path).toBe((await media.cache.find(context.job.id)) ?? '');
    expect(site.requests.length).toBe(before);
  });

  test('is fetched again when the cache no longer has it', async () => {
    const { context } = await download('/plain.mp4');
    await media.cache.remove(context.job.id);
    const audio = await createAudioFetcher(media)(context);
    expect(audio.durationSeconds).toBeCloseTo(12, 0);
    expect(await media.cache.find(context.job.id)).toBe(audio.path);
  });
});
