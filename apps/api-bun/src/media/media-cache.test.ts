import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMediaCache, uploadedFile } from './media-cache.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'media-cache-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('the cache', () => {
  test('gives back what it keeps until it is removed, one file a job', async () => {
    const cache = await openMediaCache(dataDir);
    const sound = join(dataDir, 'sound');
    expect(await cache.find('job')).toBeNull();
    await Bun.write(sound, 'first');
    await cache.keep('job', sound);
    await Bun.write(sound, 'second');
    const path = await cache.keep('job', sound);
    expect(await cache.find('job')).toBe(path);
    expect(await Bun.file(path).text()).toBe('second');
    expect(await readdir(join(dataDir, 'cache'))).toHaveLength(1);
    await cache.remove('job');
    await cache.remove('job');
    expect(await cache.find('job')).toBeNull();
  });

  test('trusts no file that is shorter or longer than it was when it was kept', async () => {
    const cache = await openMediaCache(dataDir);
    const sound = join(dataDir, 'sound');
    await Bun.write(sound, 'all of it');
    for (const changed of ['all', '', 'all of it and more']) {
      await Bun.write(await cache.keep('job', sound), changed);
      expect(await cache.find('job')).toBeNull();
    }
    await Bun.write(join(dataDir, 'cache', 'job.ogg'), 'another machine’s');
    await Bun.write(join(dataDir, 'cache', 'job.0.ogg'), '');
    expect(await cache.find('job')).toBeNull();
    await cache.keep('job', sound);
    expect(await cache.find('job')).not.toBeNull();
  });

  test('lists what it keeps, oldest first, and tells of what comes', async () => {
    const cache = await openMediaCache(dataDir);
    const sound = join(dataDir, 'sound');
    let kept = 0;
    const stop = cache.onKept(() => (kept += 1));
    await Bun.write(sound, 'abc');
    await utimes(await cache.keep('young', sound), 2000, 2000);
    await utimes(await cache.keep('old', sound), 1000, 1000);
    await Bun.write(join(dataDir, 'cache', 'x.part'), 'y');
    expect(await cache.list()).toEqual([
      { jobId: 'old', bytes: 3, keptAt: new Date(1_000_000) },
      { jobId: 'young', bytes: 3, keptAt: new Date(2_000_000) },
    ]);
    stop();
    await cache.keep('old', sound);
    expect(kept).toBe(2);
  });

  test('holds nothing half-written when keeping fails', async () => {
    const cache = await openMediaCache(dataDir);
    await expect(cache.keep('job', join(dataDir, 'missing'))).rejects.toThrow();
    expect(await readdir(join(dataDir, 'cache'))).toEqual([]);
  });
});

describe('an uploaded file', () => {
  test('is found by its URL', async () => {
    await mkdir(join(dataDir, 'uploads', 'f-1'), { recursive: true });
    await Bun.write(join(dataDir, 'uploads', 'f-1', 'Mi charla 100%.mp4'), 'x');
    expect(await uploadedFile(dataDir, 'upload:f-1/Mi charla 100%.mp4')).toEndWith('/uploads/f-1/Mi charla 100%.mp4');
  });

  test.each([
    'upload:f-1/gone.mp4',
    'upload:../secret',
    'upload:f-1/../../secret',
    'upload:f-1/..',
    'upload:/secret',
    'upload:',
    'https://example.com/a.mp4',
  ])('is not found by %p', async (url) => {
    await Bun.write(join(dataDir, 'secret'), 'x');
    await expect(uploadedFile(dataDir, url)).rejects.toMatchObject({ code: 'source_not_found' });
  });
});
