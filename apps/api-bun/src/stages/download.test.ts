import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DestilaError, type JobStep, type ProgressDetail } from '@destila/contracts';
import { type MediaSite, startMediaSite } from '../../../../tests/fakes/media-site.ts';
import { startOutsideProxy } from '../../../../tests/fakes/outside-proxy.ts';
import { startReleaseMirror } from '../../../../tests/fakes/release-mirror.ts';
import { makeSampleMedia, type SampleMedia } from '../../../../tests/fakes/sample-media.ts';
import { installFakeYtdlp } from '../../../../tests/fakes/yt-dlp.ts';
import { programEnvironment, readConfig } from '../config.ts';
import { createMedia, type Media, type MediaConfig } from '../media/media.ts';
import { findMediaPrograms } from '../media/media-programs.ts';
import { assetFor } from '../media/ytdlp-release.ts';
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
  const common = readConfig({ ALLOW_PRIVATE_NETWORK: 'on', UPLOAD_LIMIT: '10M', YTDLP_PATH: '/nonexistent/yt-dlp' });
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
    expect(output).toMatchObject({
      title: 'La memoria',
      channel: 'Canal de prueba',
      language: 'es',
      published: '2024-03-05',
    });
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

  test('whose speech is wanted gives its sound, although it has captions', async () => {
    const job = jobFor({ url: `${site.url}/captioned.mp4`, options: { transcript_from: 'speech' } });
    const { output, cached } = await download('', { job });
    expect(output).toMatchObject({ title: 'La memoria', captions: null });
    expect(cached).not.toBeNull();
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

  test('is too long when it lasts longer than the operator wants', async () => {
    await media.close();
    media = await openMedia({ DURATION_LIMIT: 10 });
    expect(await refusal('/captioned.mp4')).toBe('too_long');
    expect(await refusal('/plain.mp4')).toBe('too_long');
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
    const { output, cached, steps, thumbnails } = await download('/watch/online.mp4');
    expect(output).toMatchObject({
      title: 'A page with a video',
      language: 'es',
      published: '2024-03-05',
      captions: { text: VTT, language: 'es' },
    });
    expect(cached).toBeNull();
    expect(thumbnails).toEqual([]);
    expect(site.requests.slice(before).map(({ path }) => path)).not.toContain('/online.mp4');
    // The page itself was no beginning of the video.
    expect(steps.map(([step]) => step)).not.toContain('fetching_media');
  });

  test('whose speech is wanted gives its sound, and its captions are not fetched', async () => {
    await Bun.write(sample.path('spoken.mp4'), Bun.file(sample.path('plain.mp4')));
    await Bun.write(sample.path('spoken.vtt'), VTT);
    const before = site.requests.length;
    const job = jobFor({ url: `${site.url}/watch/spoken.mp4`, options: { transcript_from: 'speech' } });
    const { output, cached } = await download('', { job });
    expect(output.captions).toBeNull();
    expect(cached).not.toBeNull();
    expect(site.requests.slice(before).map(({ path }) => path)).not.toContain('/spoken.vtt');
  });

  test('without captions gives its sound, telling the bytes, and the duration the page did not say', async () => {
    const { output, cached, steps } = await download('/watch/plain.mp4');
    expect(output.captions).toBeNull();
    expect(output.duration).toBeCloseTo(12, 0);
    expect(cached).not.toBeNull();
    expect(steps.map(([step]) => step)).toContain('fetching_audio');
  });

  test('is read where yt-dlp is not installed: it is fetched first, and the person sees that', async () => {
    await using mirror = await startReleaseMirror();
    const ytdlp = Bun.file(await installFakeYtdlp(dataDir));
    await mirror.release('2026.01.01', {
      [assetFor(process.platform, process.arch, false) ?? '']: await ytdlp.bytes(),
    });
    await media.close();
    const config = readConfig({ ALLOW_PRIVATE_NETWORK: 'on', YTDLP_MIRROR: `${mirror.url}/releases` });
    media = await createMedia({ config, dataDir, environment: { ...programEnvironment(), PATH: '/nowhere' } });
    const { output, steps } = await download('/watch/plain.mp4');
    expect(output.title).toBe('A page with a video');
    expect(steps.find(([step]) => step === 'fetching_program')?.[1]).toMatchObject({ unit: 'bytes', done: 0 });
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
    await expect(media.ytdlp.describe(context.job.url, context)).rejects.toMatchObject({ code: 'private_address' });
    expect(site.requests.length).toBe(before);
  });

  test('of no video, or of a site that nobody can read, says so', async () => {
    expect(await refusal('/html')).toBe('unsupported_site');
  });

  test("goes through the operator's proxy with all it needs, and nothing round it", async () => {
    await using proxy = await startOutsideProxy({ site });
    await media.close();
    const DOWNLOAD_PROXY = `http://127.0.0.1:${proxy.port}`;
    media = await openMedia({ YTDLP_PATH: join(dataDir, 'yt-dlp'), DOWNLOAD_PROXY });
    const before = site.requests.length;
    expect((await download('/watch/plain.mp4')).cached).not.toBeNull();
    const requests = site.requests.slice(before);
    expect(requests.map(({ path }) => path)).toContain('/plain.mp4');
    expect(proxy.targets).toEqual(requests.map(() => `127.0.0.1:${site.port}`));
  });

  test.each(['http', 'socks5'])(
    "is read by a yt-dlp that comes through the operator's %s proxy, as models do",
    async (scheme) => {
      await using proxy = await startOutsideProxy({ site });
      const releases = 'http://93.184.216.34';
      const config = { YTDLP_MIRROR: releases, WHISPER_MIRROR: releases, ALLOW_PRIVATE_NETWORK: 'off' };
      await media.close();
      media = await createMedia({
        config: readConfig({ ...config, DOWNLOAD_PROXY: `${scheme}://127.0.0.1:${proxy.port}`, WHISPER_MODEL: 'base' }),
        dataDir,
        environment: { PATH: '/nowhere' },
      });
      const { signal } = new AbortController();
      const code = (done: Promise<unknown>) =>
        done.catch((error: unknown) => error instanceof DestilaError && error.code);
      expect(await code(media.ytdlpProgram.find({ signal }))).toBe('ytdlp_missing');
      expect(await code(media.models.whisper(() => {}, signal))).toBe('speech_model_missing');
      expect(proxy.targets).toEqual(['93.184.216.34:80', '93.184.216.34:80']);
      expect(site.requests.slice(-2).map(({ path }) => path)).toEqual([
        '/latest/download/SHA2-256SUMS',
        expect.stringMatching(/^\/ggerganov\/whisper.cpp\/resolve\/\w+\/ggml-base.bin$/),
      ]);
    },
  );

  test('is not asked for where the cookies of the operator cannot be read', async () => {
    await media.close();
    media = await openMedia({ YTDLP_PATH: join(dataDir, 'yt-dlp'), YTDLP_COOKIES: join(dataDir, 'none.txt') });
    expect(await refusal('/watch/plain.mp4')).toBe('cookies_unreadable');
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
