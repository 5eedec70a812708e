import { existsSync } from 'node:fs';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import type { Program } from './media-programs.ts';
import {
  BrokenConnection,
  DownloadError,
  downloadText,
  downloadVerified,
  type TransferOptions,
} from './verified-download.ts';

export interface YtdlpReleaseSettings {
  /** Where the copies are kept. */
  folder: string;
  /** A releases page of GitHub's, or what mirrors one. */
  mirror: string;
  /** Whether a copy is refreshed when it is a week old. */
  update: boolean;
  proxy?: string;
  /** Null for what does not run. */
  identify: (path: string) => Promise<Program | null>;
}

/** The copy of yt-dlp that is ours to keep: fetched when first needed, and kept fresh while it is used. */
export interface YtdlpRelease {
  /**
   * The newest copy there is; fetched when there is none.
   * @throws {DestilaError} `ytdlp_missing` when there is none for this machine, `ytdlp_unreachable` for the way to it,
   *   `rate_limited`, `disk_full`; and the signal's reason
   */
  find(options: TransferOptions): Promise<Program>;
  /** What is there, without fetching. */
  look(): Promise<ReleaseState | null>;
  /** Ends a refresh that runs. */
  close(): Promise<void>;
}

export interface ReleaseState extends Program {
  /** When it was last known to be the latest release. */
  checkedAt: Date;
  /** Why the last refresh came to nothing. */
  refreshFailure: string | null;
}

const WEEK = 7 * 24 * 3600 * 1000;
/** Milliseconds between two tries, since the first may fail. */
const REFRESH_PAUSE = 3600 * 1000;

/**
 * Keeps copies under their checksum: a refresh puts a file beside the one that running jobs use, and the newest is the one
 * whose file was touched last, which is when it was last seen to be the latest release.
 */
export function keepYtdlpRelease(settings: YtdlpReleaseSettings): YtdlpRelease {
  const closing = new AbortController();
  const identified = new Map<string, Program>();
  let refreshing = Promise.resolve();
  let refreshedAt = 0;
  let refreshFailure: string | null = null;

  async function identify(path: string): Promise<Program | null> {
    const program = identified.get(path) ?? (await settings.identify(path));
    if (program) identified.set(path, program);
    return program;
  }

  async function refresh(): Promise<void> {
    try {
      await install(settings, identify, { signal: closing.signal });
      refreshFailure = null;
    } catch (error) {
      refreshFailure = String(error);
    }
  }

  function refreshWhenOld({ checkedAt }: Copy): void {
    const now = Date.now();
    if (!settings.update || now - checkedAt.getTime() < WEEK || now - refreshedAt < REFRESH_PAUSE) return;
    refreshedAt = now;
    refreshing = refresh();
  }

  return {
    async find(options) {
      for (const copy of await copiesIn(settings.folder)) {
        const program = await identify(copy.path);
        if (!program) continue;
        refreshWhenOld(copy);
        return program;
      }
      return install(settings, identify, options);
    },

    async look() {
      const [newest] = await copiesIn(settings.folder);
      const program = newest && (await identify(newest.path));
      return program ? { ...program, checkedAt: newest.checkedAt, refreshFailure } : null;
    },

    async close() {
      closing.abort();
      await refreshing;
    },
  };
}

async function install(
  settings: YtdlpReleaseSettings,
  identify: YtdlpReleaseSettings['identify'],
  options: TransferOptions,
): Promise<Program> {
  const { folder, proxy } = settings;
  try {
    const { url, sha256 } = await latestRelease(settings.mirror, { ...options, proxy });
    const path = join(folder, copyName(sha256));
    await downloadVerified({ url, sha256, size: null, executable: true }, path, { ...options, proxy });
    const program = await identify(path);
    if (!program) {
      await rm(path, { force: true });
      throw new DownloadError(`${url} does not run on this machine`);
    }
    const now = new Date();
    await utimes(path, now, now);
    await removeOld(folder);
    return program;
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    const code = error instanceof BrokenConnection ? 'ytdlp_unreachable' : 'ytdlp_missing';
    throw new DestilaError(code, { detail: error.message, cause: error });
  }
}

async function latestRelease(mirror: string, options: TransferOptions): Promise<{ url: string; sha256: string }> {
  const asset = assetFor(process.platform, process.arch, isMusl());
  if (!asset) throw new DownloadError(`yt-dlp has no build for ${process.platform} on ${process.arch}`);
  const latest = `${mirror.replace(/\/+$/, '')}/latest/download`;
  const sums = await downloadText(`${latest}/SHA2-256SUMS`, options);
  const sha256 = checksumOf(sums, asset);
  if (!sha256) throw new DownloadError(`${latest}/SHA2-256SUMS has no line for ${asset}`);
  return { url: `${latest}/${asset}`, sha256 };
}

/** The checksum of a file in the form that `sha256sum` writes: `<hex>  <name>`, with `*` before the name of a binary. */
export function checksumOf(sums: string, name: string): string | null {
  for (const line of sums.split(/\r?\n/)) {
    const [, sha256, file] = line.match(/^([0-9a-f]{64}) [ *]?(\S+)\s*$/i) ?? [];
    if (file === name && sha256) return sha256.toLowerCase();
  }
  return null;
}

/** The names of the stand-alone builds, from "Release files" in yt-dlp's README; null where there is none. */
export function assetFor(platform: string, arch: string, musl: boolean): string | null {
  const linux = musl ? 'yt-dlp_musllinux' : 'yt-dlp_linux';
  const builds: Record<string, string> = {
    'linux x64': linux,
    'linux arm64': `${linux}_aarch64`,
    'darwin x64': 'yt-dlp_macos',
    'darwin arm64': 'yt-dlp_macos',
    'win32 x64': 'yt-dlp.exe',
    'win32 arm64': 'yt-dlp_arm64.exe',
  };
  return builds[`${platform} ${arch}`] ?? null;
}

/** Programs made for glibc name its loader by these paths; without it they cannot start. */
function isMusl(): boolean {
  return !['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'].some((loader) => existsSync(loader));
}

interface Copy {
  path: string;
  checkedAt: Date;
}

const COPY_NAME = /^yt-dlp-[0-9a-f]{16}(\.exe)?$/;

function copyName(sha256: string): string {
  return `yt-dlp-${sha256.slice(0, 16)}${process.platform === 'win32' ? '.exe' : ''}`;
}

/** The newest first. */
async function copiesIn(folder: string): Promise<Copy[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => COPY_NAME.test(name));
  const copies = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const found = await stat(path).catch(() => null);
      return found ? [{ path, checkedAt: found.mtime }] : [];
    }),
  );
  return copies.flat().sort((a, b) => b.checkedAt.getTime() - a.checkedAt.getTime());
}

/** Leaves the newest, and the one before, which jobs may still run. */
async function removeOld(folder: string): Promise<void> {
  const kept = (await copiesIn(folder)).slice(0, 2).map(({ path }) => path);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.startsWith('yt-dlp-') && !kept.some((one) => path.startsWith(one))) await rm(path, { force: true });
  }
}
