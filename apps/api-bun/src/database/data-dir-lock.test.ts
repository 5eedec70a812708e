import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataDirLockedError, lockDataDir } from './data-dir-lock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'destila-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LOCK_AND_WAIT = `
  const { lockDataDir } = await import(process.argv[1]);
  try {
    await lockDataDir(process.argv[2]);
    console.log('locked');
    setInterval(() => {}, 1000);
  } catch (error) {
    console.log(error.message);
  }
`;

/** A process of its own that takes the lock and stays, or says why not and ends. */
function startHolder() {
  const child = Bun.spawn([process.execPath, '-e', LOCK_AND_WAIT, join(import.meta.dir, 'data-dir-lock.ts'), folder], {
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const firstLine = async () => {
    for await (const chunk of child.stdout) return new TextDecoder().decode(chunk).trim();
    return '';
  };
  return { child, said: firstLine() };
}

async function reject(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('a second process on the same folder is told which process has it and what to do', async () => {
  const { child, said } = startHolder();
  try {
    expect(await said).toBe('locked');
    const error = await reject(lockDataDir(folder));
    expect(error).toBeInstanceOf(DataDirLockedError);
    expect(String(error)).toContain(`process ${child.pid} on ${hostname()}`);
    expect(String(error)).toContain(`kill ${child.pid}`);
    expect(String(error)).toContain('DATA_DIR');
  } finally {
    child.kill('SIGKILL');
    await child.exited;
  }
});

test('a process that was killed leaves the folder free at once', async () => {
  const { child, said } = startHolder();
  expect(await said).toBe('locked');
  child.kill('SIGKILL');
  await child.exited;
  const lock = await lockDataDir(folder);
  lock.release();
});

test('of several that start at once exactly one gets the folder', async () => {
  const holders = [startHolder(), startHolder(), startHolder()];
  try {
    const said = await Promise.all(holders.map((holder) => holder.said));
    expect(said.filter((line) => line === 'locked')).toHaveLength(1);
    expect(said.filter((line) => line.startsWith('Destila already runs in'))).toHaveLength(2);
  } finally {
    for (const { child } of holders) child.kill('SIGKILL');
    await Promise.all(holders.map(({ child }) => child.exited));
  }
});

test('the same process cannot take the folder twice, and can again once it released it', async () => {
  const first = await lockDataDir(folder);
  expect(await reject(lockDataDir(folder))).toBeInstanceOf(DataDirLockedError);
  first.release();
  const second = await lockDataDir(folder);
  second.release();
});
