import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmod, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ReleaseMirror, sha256, startReleaseMirror } from '../../../../tests/fakes/release-mirror.ts';
import { createYtdlpProgram, type YtdlpProgram, type YtdlpProgramConfig } from './ytdlp-program.ts';
import { assetFor, checksumOf } from './ytdlp-release.ts';

const ASSET = assetFor(process.platform, process.arch, false) ?? '';
/** Stands in for a build of yt-dlp: it can say its version, and takes as many bytes as one likes. */
const build = (version: string, filling = '') => `#!/bin/sh\necho ${version}\nexit 0\n${filling}`;

let mirror: ReleaseMirror;
let dataDir: string;
let opened: YtdlpProgram[];
beforeEach(async () => {
  mirror = await startReleaseMirror();
  await mirror.release('2026.01.01', { [ASSET]: build('2026.01.01'), 'yt-dlp.other': 'other' });
  dataDir = await mkdtemp(join(tmpdir(), 'ytdlp-release-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((program) => program.close()));
  await mirror[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

/** As a process that has just started sees it; nothing is on its PATH. */
function open(config: Partial<YtdlpProgramConfig> = {}, PATH = '/nowhere'): YtdlpProgram {
  const program = createYtdlpProgram(
    { YTDLP_MIRROR: `${mirror.url}/releases`, YTDLP_UPDATE: true, ...config },
    { dataDir, environment: { PATH } },
  );
  opened.push(program);
  return program;
}

const find = (program: YtdlpProgram) => program.find({ signal: AbortSignal.timeout(20_000) });
const version = async (program: YtdlpProgram) => (await find(program)).version;
const copies = async () =>
  (await readdir(join(dataDir, 'bin')).catch(() => [])).filter((name) => /^yt-dlp-[0-9a-f]+$/.test(name));
const copyOf = (content: string) => join(dataDir, 'bin', `yt-dlp-${sha256(content).slice(0, 16)}`);

async function failure(program: YtdlpProgram): Promise<unknown> {
  const error = await find(program).catch((error: unknown) => error);
  expect(await copies()).toEqual([]);
  return error;
}

/** Lets a copy have been seen as the latest that many days ago. */
async function age(content: string, days: number) {
  const then = new Date(Date.now() - days * 24 * 3600 * 1000);
  await utimes(copyOf(content), then, then);
}

async function until(condition: () => Promise<boolean>) {
  const deadline = AbortSignal.timeout(10_000);
  while (!(await condition())) {
    deadline.throwIfAborted();
    await Bun.sleep(20);
  }
}

describe('yt-dlp where it is not installed', () => {
  test('is fetched from its release when it is first needed, verified, told of, and kept', async () => {
    const program = open();
    expect(await program.look()).toBeNull();
    expect(mirror.downloads(ASSET)).toEqual([]);

    const progress: number[] = [];
    const found = await program.find({
      signal: AbortSignal.timeout(20_000),
      onProgress: (bytes) => progress.push(bytes),
    });
    expect(found).toEqual({ path: copyOf(build('2026.01.01')), version: '2026.01.01' });
    expect(progress.at(-1)).toBe(build('2026.01.01').length);
    expect(await program.look()).toMatchObject({ managed: true, version: '2026.01.01', refreshFailure: null });

    expect(await version(open())).toBe('2026.01.01');
    expect(mirror.downloads(ASSET)).toHaveLength(1);
  });

  test('is not taken with other bytes than its release promises', async () => {
    await mirror.release('2026.01.02', { [ASSET]: build('2026.01.02') }, { [ASSET]: sha256('what was published') });
    expect(await failure(open())).toMatchObject({ code: 'ytdlp_missing', detail: expect.stringContaining('SHA-256') });
  });

  test('is not taken when it does not run here', async () => {
    await mirror.release('2026.01.02', { [ASSET]: '#!/bin/sh\nexit 1\n' });
    expect(await failure(open())).toMatchObject({
      code: 'ytdlp_missing',
      detail: expect.stringContaining('does not run'),
    });
  });

  test('is missing when the release has no build for this machine', async () => {
    await mirror.release('2026.01.02', { 'yt-dlp.other': 'other' });
    expect(await failure(open())).toMatchObject({ code: 'ytdlp_missing', detail: expect.stringContaining(ASSET) });
  });

  test('is out of reach offline, which may pass, and found as soon as the network is back', async () => {
    const program = open();
    mirror.status = 503;
    expect(await failure(program)).toMatchObject({ code: 'ytdlp_unreachable', detail: expect.stringContaining('503') });
    expect(await failure(open({ YTDLP_MIRROR: 'http://127.0.0.1:9/releases' }))).toMatchObject({
      code: 'ytdlp_unreachable',
      retry: 'transient',
    });
    mirror.status = null;
    expect(await version(program)).toBe('2026.01.01');
  });

  test('waits as long as a busy server asks', async () => {
    mirror.status = 429;
    expect(await failure(open())).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 90 });
  });

  test('stops being fetched when the person cancels', async () => {
    await mirror.release('2026.01.02', { [ASSET]: build('2026.01.02', '#'.repeat(60_000)) });
    mirror.manner = 'slow';
    const cancel = new AbortController();
    const reason = new Error('cancelled by the person');
    const onProgress = (bytes: number) => bytes > 0 && cancel.abort(reason);
    expect(open().find({ signal: cancel.signal, onProgress })).rejects.toBe(reason);
    await until(async () => cancel.signal.aborted);
    expect(await copies()).toEqual([]);
  });

  test('is fetched once by two processes that need it at once', async () => {
    await mirror.release('2026.01.02', { [ASSET]: build('2026.01.02', '#'.repeat(60_000)) });
    mirror.manner = 'slow';
    const script = `
      const { createYtdlpProgram } = await import(process.argv[1]);
      const config = { YTDLP_MIRROR: process.argv[2], YTDLP_UPDATE: true };
      const program = createYtdlpProgram(config, { dataDir: process.argv[3], environment: { PATH: '/nowhere' } });
      console.log((await program.find({ signal: AbortSignal.timeout(20_000) })).version);
    `;
    const module = join(import.meta.dir, 'ytdlp-program.ts');
    const start = () =>
      Bun.spawn([process.execPath, '-e', script, module, `${mirror.url}/releases`, dataDir], { stdout: 'pipe' });
    const said = await Promise.all([start(), start()].map(({ stdout }) => new Response(stdout).text()));
    expect(said).toEqual(['2026.01.02\n', '2026.01.02\n']);
    expect(mirror.downloads(ASSET)).toHaveLength(1);
  });
});

describe('a copy of yt-dlp', () => {
  const OLD = build('2026.01.01');
  const NEW = build('2026.02.01');
  beforeEach(async () => {
    await find(open());
    await mirror.release('2026.02.01', { [ASSET]: NEW });
  });

  /** Lets another process see a copy that is too old, and waits until it is replaced: time enough for a request of `program`'s. */
  async function asksNobody(program: YtdlpProgram) {
    const before = mirror.downloads('SHA2-256SUMS').length;
    expect(await version(program)).toBe('2026.01.01');
    await age(OLD, 8);
    const other = open();
    await until(async () => (await version(other)) === '2026.02.01');
    expect(mirror.downloads('SHA2-256SUMS').length).toBe(before + 1);
  }

  test('is kept for a week', async () => {
    await age(OLD, 6);
    await asksNobody(open());
  });

  test('a week old is used at once, and replaced for the jobs to come; the one that jobs run stays', async () => {
    await age(OLD, 8);
    const program = open();
    expect(await version(program)).toBe('2026.01.01');
    await until(async () => (await version(program)) === '2026.02.01');
    expect((await program.look())?.version).toBe('2026.02.01');
    expect((await copies()).length).toBe(2);
  });

  test('that still is the latest release is not fetched again, and good for another week', async () => {
    await mirror.release('2026.01.01', { [ASSET]: OLD });
    await age(OLD, 8);
    const program = open();
    await find(program);
    await until(async () => {
      const state = await program.look();
      return state?.managed === true && Date.now() - state.checkedAt.getTime() < 60_000;
    });
    expect(mirror.downloads(ASSET)).toHaveLength(1);
  });

  test('is left as it is where updates are off', async () => {
    await age(OLD, 80);
    await asksNobody(open({ YTDLP_UPDATE: false }));
  });

  test.each([
    ['cannot be reached', () => (mirror.status = 503), '503'],
    ['has other bytes than promised', () => mirror.release('x', { [ASSET]: NEW }, { [ASSET]: sha256('') }), 'SHA-256'],
    ['does not run here', () => mirror.release('x', { [ASSET]: '#!/bin/sh\nexit 1\n' }), 'does not run'],
  ])('goes on being used when the latest %s, and the reason is told', async (_how, spoil, reason) => {
    await age(OLD, 8);
    await spoil();
    const program = open();
    await find(program);
    await until(async () => {
      const state = await program.look();
      return state?.managed === true && state.refreshFailure !== null && state.refreshFailure.includes(reason);
    });
    expect(await version(program)).toBe('2026.01.01');
    expect((await copies()).length).toBe(1);
  });

  test('goes when there are two newer ones', async () => {
    for (const [content, days] of [
      [OLD, 16],
      [NEW, 8],
    ] as const) {
      await Bun.write(copyOf(content), content);
      await chmod(copyOf(content), 0o755);
      await age(content, days);
    }
    await mirror.release('2026.03.01', { [ASSET]: build('2026.03.01') });
    const program = open();
    await find(program);
    await until(async () => (await version(program)) === '2026.03.01');
    await program.close();
    expect(await Bun.file(copyOf(OLD)).exists()).toBe(false);
    expect(await Bun.file(copyOf(NEW)).exists()).toBe(true);
  });

  test('does not keep a process from ending while it is refreshed', async () => {
    await mirror.release('x', { [ASSET]: build('2026.03.01', '#'.repeat(600_000)) });
    mirror.manner = 'slow';
    await age(OLD, 8);
    const program = open();
    await find(program);
    await until(async () => mirror.downloads(ASSET).length > 1);
    await program.close();
    expect(await version(open({ YTDLP_UPDATE: false }))).toBe('2026.01.01');
  });
});

describe('yt-dlp that is installed', () => {
  async function install(name: string): Promise<string> {
    const path = join(dataDir, 'installed', name);
    await Bun.write(path, build('2025.05.05'));
    await chmod(path, 0o755);
    return path;
  }

  test('on the PATH is taken, whatever its age, and nothing is fetched', async () => {
    const path = await install('yt-dlp');
    const program = open({}, `${join(dataDir, 'installed')}:/nowhere`);
    expect(await find(program)).toEqual({ path, version: '2025.05.05' });
    expect(await program.look()).toEqual({ managed: false, path, version: '2025.05.05' });
    expect(mirror.downloads('SHA2-256SUMS')).toEqual([]);
  });

  test('while we run is found by the next job', async () => {
    mirror.status = 503;
    const program = open({}, `${join(dataDir, 'installed')}:/nowhere`);
    expect(await failure(program)).toMatchObject({ code: 'ytdlp_unreachable' });
    await install('yt-dlp');
    expect(await version(program)).toBe('2025.05.05');
  });

  test('where the operator says is taken; when it is not there, none is fetched behind their back', async () => {
    const path = await install('yt-dlp-of-mine');
    expect((await find(open({ YTDLP_PATH: path }))).path).toBe(path);
    const nowhere = open({ YTDLP_PATH: '/nowhere/yt-dlp' });
    expect(await failure(nowhere)).toMatchObject({
      code: 'ytdlp_missing',
      detail: expect.stringContaining('/nowhere/yt-dlp'),
    });
    expect(await nowhere.look()).toBeNull();
    expect(mirror.downloads('SHA2-256SUMS')).toEqual([]);
  });
});

test.each([
  ['linux', 'x64', false, 'yt-dlp_linux'],
  ['linux', 'x64', true, 'yt-dlp_musllinux'],
  ['linux', 'arm64', false, 'yt-dlp_linux_aarch64'],
  ['linux', 'arm64', true, 'yt-dlp_musllinux_aarch64'],
  ['darwin', 'arm64', false, 'yt-dlp_macos'],
  ['darwin', 'x64', false, 'yt-dlp_macos'],
  ['win32', 'x64', false, 'yt-dlp.exe'],
  ['win32', 'arm64', false, 'yt-dlp_arm64.exe'],
  ['linux', 'riscv64', false, null],
])('%s on %s (musl: %p) takes %p', (platform, arch, musl, asset) => {
  expect(assetFor(platform, arch, musl)).toBe(asset);
});

test('a checksum is that of exactly the file named, in each form that tools write', () => {
  const [a, b] = [sha256('a'), sha256('b')];
  const sums = `${a}  yt-dlp\r\n${b.toUpperCase()} *yt-dlp_linux\n${a}  yt-dlp_linux.zip\nnonsense  yt-dlp_macos\n`;
  expect(checksumOf(sums, 'yt-dlp')).toBe(a);
  expect(checksumOf(sums, 'yt-dlp_linux')).toBe(b);
  expect(checksumOf(sums, 'yt-dlp_macos')).toBeNull();
  expect(checksumOf('', 'yt-dlp')).toBeNull();
});
