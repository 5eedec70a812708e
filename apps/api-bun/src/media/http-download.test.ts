import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { type MediaSite, startMediaSite } from '../../../../tests/fakes/media-site.ts';
import { type GuardProxy, startGuardProxy } from './guard-proxy.ts';
import { downloadMedia } from './http-download.ts';
import { createOutsideFetch, type OutsideFetch } from './outside-fetch.ts';

const MIB = 1024 ** 2;
/** Bytes that begin as an MP4 does; here only the way of the bytes matters. */
const MEDIA = Buffer.concat([
  Buffer.from('000000206674797069736f6d0000020069736f6d69736f32617663316d703431', 'hex'),
  crypto.getRandomValues(Buffer.alloc(60_000)),
]);

let root: string;
let work: string;
let site: MediaSite;
let guard: GuardProxy;
let fetchOutside: OutsideFetch;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'media-site-'));
  work = await mkdtemp(join(tmpdir(), 'download-'));
  await Bun.write(join(root, 'talk.mp4'), MEDIA);
  site = await startMediaSite({ root });
  guard = await startGuardProxy({ allowPrivateNetwork: true });
  fetchOutside = createOutsideFetch(guard, { allowPrivateNetwork: true, idleDeadline: 300 });
});
afterAll(async () => {
  await guard.close();
  await site.close();
  await Promise.all([root, work].map((folder) => rm(folder, { recursive: true })));
});

function download(path: string, options: { limit?: number; signal?: AbortSignal; target?: string } = {}) {
  const { limit = MIB, signal = AbortSignal.timeout(20_000), target = join(work, 'media') } = options;
  const progress: [number, number | null][] = [];
  const done = downloadMedia(fetchOutside, {
    url: path.startsWith('http') ? path : `${site.url}${path}`,
    target,
    limit,
    signal,
    onProgress: (...step) => progress.push(step),
  });
  return { done, target, progress };
}

/** The code a download ends with; it must leave nothing behind. */
async function refusal(path: string, options?: Parameters<typeof download>[1]): Promise<DestilaError | string> {
  try {
    await download(path, options).done;
    return 'downloaded';
  } catch (error) {
    expect(await readdir(work)).toEqual([]);
    return error instanceof DestilaError ? error : String(error);
  }
}

async function code(path: string, options?: Parameters<typeof download>[1]) {
  const outcome = await refusal(path, options);
  return typeof outcome === 'string' ? outcome : outcome.code;
}

async function expectWhole(path: string) {
  const { done, target, progress } = download(path);
  const { url } = await done;
  expect(Buffer.from(await Bun.file(target).arrayBuffer()).equals(MEDIA)).toBe(true);
  await rm(target);
  return { progress, url };
}

describe('a direct download', () => {
  test('arrives whole, counting bytes', async () => {
    const { progress } = await expectWhole('/talk.mp4');
    expect(progress.at(-1)).toEqual([MEDIA.length, MEDIA.length]);
  });

  test('says where its redirects ended', async () => {
    const { url } = await expectWhole('/redirect?to=/talk.mp4');
    expect(url).toBe(`${site.url}/talk.mp4`);
  });

  test('arrives whole when its length is not said', async () => {
    const { progress } = await expectWhole('/no-length/talk.mp4');
    expect(progress.at(-1)).toEqual([MEDIA.length, null]);
  });

  test('resumes a broken connection where it broke', async () => {
    await expectWhole('/broken-once/talk.mp4');
    const [first, second] = site.requests.filter(({ path }) => path.startsWith('/broken-once'));
    expect(first?.headers.range).toBeUndefined();
    expect(second?.headers).toMatchObject({ range: `bytes=${MEDIA.length >> 1}-`, 'if-range': expect.any(String) });
  });

  test('is cut off when every connection breaks, after a few tries', async () => {
    expect(await code('/always-broken/talk.mp4')).toBe('truncated_file');
    const tries = site.requests.filter(({ path }) => path.startsWith('/always-broken')).length;
    expect(tries).toBeWithin(2, 6);
  });

  test('is cut off when shorter than was promised', async () => {
    expect(await code('/lying/talk.mp4')).toBe('truncated_file');
  });

  test('is not taken for whole when its connection is reset, although no length was said', async () => {
    expect(await code('/reset/talk.mp4')).toBe('network');
  });

  test('is cut off when the site goes quiet', async () => {
    expect(await code('/stalled/talk.mp4')).toBe('truncated_file');
  });

  test.each([
    ['/html', 'not_a_video'],
    ['/empty', 'empty_file'],
    ['/image-as.mp4', 'wrong_file_type'],
    ['/404', 'source_not_found'],
    ['/410', 'source_not_found'],
    ['/401', 'source_forbidden'],
    ['/403', 'source_forbidden'],
    ['/500', 'source_unavailable'],
    ['/503', 'source_unavailable'],
    ['http://no-such-host.invalid/a.mp4', 'network'],
  ])('%p ends with %p', async (path, expected) => {
    expect(await code(path)).toBe(expected);
  });

  test('waits as long as a busy site asks', async () => {
    const seconds = await refusal('/429?after=90');
    expect(seconds).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 90 });
    const inAMinute = encodeURIComponent(new Date(Date.now() + 60_000).toUTCString());
    const date = await refusal(`/429?after=${inAMinute}`);
    expect(date).toMatchObject({ code: 'rate_limited', retryAfterSeconds: expect.any(Number) });
  });

  test('is refused by its size before a byte is read, and an endless one as soon as it is over', async () => {
    expect(await code('/talk.mp4', { limit: 1000 })).toBe('too_large');
    expect(await code('/endless', { limit: 2 * MIB })).toBe('too_large');
  });

  test('stops at once when its signal aborts, with the reason given', async () => {
    const controller = new AbortController();
    const { done, progress } = download('/slow/talk.mp4?rate=50000', { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('cancelled by the person')), 150);
    expect(done).rejects.toThrow('cancelled by the person');
    await done.catch(() => {});
    expect(progress.length).toBeGreaterThan(0);
    expect(await readdir(work)).toEqual([]);
  });

  test.if(process.platform === 'linux')('says so when the disk is full, and leaves nothing behind', async () => {
    // Writing to /dev/full fails with ENOSPC, as a full disk does.
    await symlink('/dev/full', join(work, 'full'));
    expect(await code('/talk.mp4', { target: join(work, 'full') })).toBe('disk_full');
  });
});
