import { Database } from 'bun:sqlite';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

// Until the packages are installed, nothing but Bun's and Node's own modules can be imported here.

export const ROOT = join(import.meta.dir, '..');
const MARKS = join(ROOT, 'node_modules/.cache/destila');
const WEB = join(ROOT, 'apps/web');

/** What installing makes possible: `production` is enough to run Destila, `development` is all that tests and checks need. */
export type Installation = 'production' | 'development';

/**
 * Installs the packages, unless nothing changed since the last time. A second process waits for the first.
 * Ends the process, with a sentence on standard error, when it fails.
 */
export async function installPackages(installation: Installation): Promise<void> {
  using _turn = await waitForTurn();
  const wanted = await fingerprint(['bun.lock', 'package.json', '*/*/package.json']);
  const mark = await readMark('packages');
  if (mark === `development ${wanted}` || mark === `${installation} ${wanted}`) return;

  await removeMark('packages');
  const only = installation === 'production' ? ['--production'] : [];
  await step('Installing packages', ROOT, ['install', '--frozen-lockfile', ...only], {
    hint: 'The packages come from the npm registry: check the connection (or the proxy), then run the same command again.',
  });
  await writeMark('packages', `${installation} ${wanted}`);
}

/** Builds the web app, unless nothing changed since the last time; otherwise like `installPackages`. */
export async function buildWeb(): Promise<void> {
  using _turn = await waitForTurn();
  const wanted = await fingerprint(['bun.lock', 'packages/contracts/src/**', 'apps/web/**']);
  if ((await readMark('web')) === wanted && existsSync(join(WEB, 'dist/index.html'))) return;

  await removeMark('web');
  await step('Building the web app', WEB, ['--bun', 'astro', 'build'], {
    hint: 'The web app under apps/web does not build; the lines above say why.',
  });
  await writeMark('web', wanted);
}

/** SQLite's file lock as ours: the system frees it however the process that holds it ends. */
async function waitForTurn(): Promise<Database> {
  await mkdir(MARKS, { recursive: true });
  const database = new Database(join(MARKS, 'set-up.lock'), { create: true });
  try {
    database.run('BEGIN EXCLUSIVE');
  } catch {
    console.error('Another command is setting up Destila here; waiting for it …');
    database.run('PRAGMA busy_timeout = 1800000');
    database.run('BEGIN EXCLUSIVE');
  }
  return database;
}

/** Runs Bun with the arguments. Says so when it takes more than a second; shows what Bun said only when it fails. */
async function step(title: string, cwd: string, command: string[], { hint }: { hint: string }): Promise<void> {
  const started = Bun.nanoseconds();
  const notice = setTimeout(() => console.error(`${title} …`), 1000);
  const child = Bun.spawn([process.execPath, ...command], {
    cwd,
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  clearTimeout(notice);
  if (exitCode !== 0) {
    console.error(`${stdout}${stderr}\n${title} failed. ${hint}`);
    process.exit(1);
  }
  const seconds = (Bun.nanoseconds() - started) / 1e9;
  if (seconds > 1) console.error(`${title} … done in ${seconds.toFixed(1)} s`);
}

/** A hash of the names and contents of all source files that the patterns match. */
async function fingerprint(patterns: string[]): Promise<string> {
  const names = patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(ROOT)]);
  const hash = new Bun.CryptoHasher('sha256');
  for (const name of names.filter(isSource).sort()) {
    hash.update(`${name}\0`).update(await Bun.file(join(ROOT, name)).bytes());
  }
  return hash.digest('hex');
}

function isSource(name: string): boolean {
  return !/(^|\/)(node_modules|dist)\//.test(name);
}

async function readMark(name: string): Promise<string | null> {
  const file = Bun.file(join(MARKS, name));
  return (await file.exists()) ? file.text() : null;
}

/** Before the work begins, so that work broken off in the middle is done again. */
async function removeMark(name: string): Promise<void> {
  await rm(join(MARKS, name), { force: true });
}

async function writeMark(name: string, value: string): Promise<void> {
  await Bun.write(join(MARKS, name), value);
}

if (import.meta.main) await buildWeb();
