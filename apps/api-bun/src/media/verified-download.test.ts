import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ReleaseMirror, sha256, startReleaseMirror } from '../../../../tests/fakes/release-mirror.ts';
import { startGuardProxy } from './guard-proxy.ts';
import {
  DownloadError,
  downloadText,
  downloadVerified,
  type ReleaseFile,
  type TransferOptions,
} from './verified-download.ts';

const BYTES = crypto.getRandomValues(new Uint8Array(60_000));
const HALF = BYTES.length / 2;

let mirror: ReleaseMirror;
let folder: string;
let target: string;
let file: ReleaseFile;
beforeEach(async () => {
  mirror = await startReleaseMirror();
  await mirror.put('files/model.bin', BYTES);
  file = { url: `${mirror.url}/files/model.bin`, sha256: sha256(BYTES), size: BYTES.length };
  folder = await mkdtemp(join(tmpdir(), 'verified-download-'));
  target = join(folder, 'models', 'model.bin');
});
afterEach(async () => {
  await mirror[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function download(changes: Partial<ReleaseFile> = {}, options: Partial<TransferOptions> = {}): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  return downloadVerified({ ...file, ...changes }, target, { signal, silenceDeadline: 300, ...options });
}

async function expectWhole() {
  expect(Buffer.from(await Bun.file(target).arrayBuffer()).equals(BYTES)).toBe(true);
  expect((await readdir(join(folder, 'models'))).filter((name) => name.endsWith('.part'))).toEqual([]);
}

/** What it fails with; nothing may then stand where the file should. */
async function failure(done: Promise<void>): Promise<unknown> {
  const error = await done.then(
    () => 'downloaded',
    (error: unknown) => error,
  );
  expect(await Bun.file(target).exists()).toBe(false);
  return error;
}

const ranges = () => mirror.downloads('model.bin').map(({ headers }) => headers.range ?? null);

describe('a file of a release', () => {
  test('arrives whole over redirects, counting bytes, and is not fetched again', async () => {
    const progress: [number, number | null][] = [];
    await download({}, { onProgress: (...step) => progress.push(step) });
    await expectWhole();
    expect(progress[0]).toEqual([0, BYTES.length]);
    expect(progress.at(-1)).toEqual([BYTES.length, BYTES.length]);
    await download();
    expect(ranges()).toEqual([null]);
  });

  test('of a size nobody told arrives whole, and can be run when it is a program', async () => {
    await download({ size: null, executable: true });
    await expectWhole();
    expect((await stat(target)).mode & 0o111).toBe(0o111);
  });

  test('with other bytes than promised is not kept, nor any part of it', async () => {
    const error = await failure(download({ sha256: sha256('something else') }));
    expect(error).toBeInstanceOf(DownloadError);
    expect(String(error)).toContain(sha256(BYTES));
    expect(await Bun.file(`${target}.part`).exists()).toBe(false);
  });

  test('is resumed where its connection was cut', async () => {
    mirror.manner = 'broken-once';
    await download();
    await expectWhole();
    expect(ranges()).toEqual([null, `bytes=${HALF}-`]);
  });

  test('is resumed where an earlier attempt ended', async () => {
    await Bun.write(`${target}.part`, BYTES.slice(0, 1000));
    const progress: number[] = [];
    await download({}, { onProgress: (bytes) => progress.push(bytes) });
    await expectWhole();
    expect(ranges()).toEqual(['bytes=1000-']);
    expect(progress[0]).toBe(1000);
  });

  test.each([
    ['spoilt', new Uint8Array(1000)],
    ['longer than the file', new Uint8Array(BYTES.length + 1)],
  ])('is fetched anew when what was there is %s', async (_how, part) => {
    await Bun.write(`${target}.part`, part);
    await download();
    await expectWhole();
    expect(ranges()).toEqual([`bytes=${part.length}-`, null]);
  });

  test('that stands there with a wrong size, as after a power cut, is replaced', async () => {
    await Bun.write(target, BYTES.slice(0, 10));
    await download();
    await expectWhole();
  });

  test('whose length the server lies about arrives whole all the same', async () => {
    mirror.manner = 'lying';
    await download();
    await expectWhole();
  });

  test.each(['always-broken', 'stalled', 'reset'])('that is %s is given up after a few tries', async (manner) => {
    mirror.manner = manner;
    expect(await failure(download())).toBeInstanceOf(DownloadError);
    expect(ranges().length).toBeWithin(3, 6);
  });

  test('that comes slowly is waited for as long as it comes', async () => {
    mirror.manner = 'slow';
    await download({}, { silenceDeadline: 700 });
    await expectWhole();
    expect(ranges()).toEqual([null]);
  });

  test('that is larger than it should be is not read to its end', async () => {
    expect(String(await failure(download({ size: 1000 })))).toContain('more than the expected 1000 bytes');
  });

  test.each([404, 403, 503])('behind a %d says so', async (status) => {
    mirror.status = status;
    expect(String(await failure(download()))).toContain(`HTTP ${status}`);
  });

  test('behind a 429 says how long to wait', async () => {
    mirror.status = 429;
    expect(await failure(download())).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 90 });
  });

  test('cannot be had offline, and the failure names the address', async () => {
    const error = await failure(download({ url: 'http://127.0.0.1:9/model.bin' }));
    expect(error).toBeInstanceOf(DownloadError);
    expect(String(error)).toContain('http://127.0.0.1:9/model.bin');
  });

  test('stops with the reason given, and what came is resumed the next time', async () => {
    mirror.manner = 'slow';
    const cancel = new AbortController();
    const onProgress = (bytes: number) => bytes > 0 && cancel.abort(new Error('cancelled by the person'));
    expect(String(await failure(download({}, { signal: cancel.signal, onProgress })))).toContain(
      'cancelled by the person',
    );
    const { size } = await stat(`${target}.part`);
    mirror.manner = null;
    await download();
    await expectWhole();
    expect(ranges()).toEqual([null, `bytes=${size}-`]);
  });

  test('larger than the disk is not begun', async () => {
    expect(await failure(download({ size: 1e18 }))).toMatchObject({ code: 'disk_full' });
    expect(await Bun.file(`${target}.part`).exists()).toBe(false);
  });

  test.if(process.platform === 'linux')('says so when the disk gets full, and leaves nothing on it', async () => {
    await Bun.write(join(folder, 'models', 'other'), '');
    // Writing to /dev/full fails with ENOSPC, as a full disk does.
    await symlink('/dev/full', `${target}.part`);
    expect(await failure(download())).toMatchObject({ code: 'disk_full' });
    expect((await readdir(join(folder, 'models'))).sort()).toEqual(['model.bin.lock', 'other']);
  });

  test('goes through the proxy that the operator names', async () => {
    const ports: number[] = [];
    const guard = await startGuardProxy({
      allowPrivateNetwork: true,
      connect(target) {
        ports.push(target.port);
        return connect(target);
      },
    });
    using session = guard.openSession();
    try {
      await download({}, { proxy: session.proxyUrl });
      await expectWhole();
      expect(ports[0]).toBe(Number(new URL(mirror.url).port));
    } finally {
      await guard.close();
    }
  });
});

describe('several processes that want the same file', () => {
  const SCRIPT = `
    const { downloadVerified } = await import(process.argv[1]);
    const [file, target] = JSON.parse(process.argv[2]);
    await downloadVerified(file, target, {
      signal: AbortSignal.timeout(20_000),
      onProgress: (bytes) => console.log(bytes),
    });
  `;
  const start = () =>
    Bun.spawn(
      [process.execPath, '-e', SCRIPT, join(import.meta.dir, 'verified-download.ts'), JSON.stringify([file, target])],
      { stdout: 'pipe', stderr: 'inherit' },
    );

  test('fetch it once, and the one that waits tells how far the other is', async () => {
    mirror.manner = 'slow';
    const children = [start(), start()];
    const said = await Promise.all(children.map((child) => new Response(child.stdout).text()));
    expect(await Promise.all(children.map((child) => child.exited))).toEqual([0, 0]);
    await expectWhole();
    expect(ranges()).toEqual([null]);
    for (const lines of said)
      expect(
        lines
          .trim()
          .split('\n')
          .map(Number)
          .some((bytes) => bytes > 0),
      ).toBe(true);
  });

  test('are not held up by one that was killed, and go on where it was', async () => {
    mirror.manner = 'slow';
    const child = start();
    for await (const chunk of child.stdout)
      if (Number(new TextDecoder().decode(chunk).trim().split('\n').at(-1)) > 0) break;
    child.kill('SIGKILL');
    await child.exited;
    mirror.manner = null;
    await download();
    await expectWhole();
    expect(ranges()).toEqual([null, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });
});

describe('a list of checksums', () => {
  const text = (path: string) => downloadText(`${mirror.url}${path}`, { signal: AbortSignal.timeout(5_000) });

  test('is read as text', async () => {
    await mirror.put('files/SUMS', 'a  b\n');
    expect(await text('/files/SUMS')).toBe('a  b\n');
  });

  test('is not taken when it has no end, or is not there', async () => {
    await mirror.put('files/huge', new Uint8Array(2 * 1024 ** 2));
    expect(text('/files/huge')).rejects.toThrow('larger than expected');
    expect(text('/files/none')).rejects.toThrow('HTTP 404');
  });
});
