import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * Stands in for yt-dlp where that is not installed: it takes the same arguments for what we ask of it, fetches through
 * the proxy it is given, and reads the `/watch/` pages of the media site, and feeds.
 */
export async function installFakeYtdlp(folder: string): Promise<string> {
  const path = join(folder, 'yt-dlp');
  await Bun.write(path, `#!/bin/sh\nexec '${process.execPath}' '${fileURLToPath(import.meta.url)}' "$@"\n`);
  await chmod(path, 0o755);
  return path;
}

interface Info {
  title: string;
  language: string;
  upload_date: string;
  thumbnail: string | null;
  url: string;
  subtitles: Record<string, { ext: string; url: string }[]>;
}

const FLAG = { type: 'boolean' } as const;
const VALUE = { type: 'string' } as const;
const OPTIONS = {
  version: FLAG,
  'ignore-config': FLAG,
  'no-mtime': FLAG,
  'no-cache-dir': FLAG,
  'dump-json': FLAG,
  'ignore-no-formats-error': FLAG,
  'dump-single-json': FLAG,
  'flat-playlist': FLAG,
  'yes-playlist': FLAG,
  'no-playlist': FLAG,
  'playlist-items': VALUE,
  'skip-download': FLAG,
  'write-subs': FLAG,
  'write-auto-subs': FLAG,
  'sub-langs': VALUE,
  'sub-format': VALUE,
  'no-part': FLAG,
  'abort-on-unavailable-fragments': FLAG,
  'fragment-retries': VALUE,
  newline: FLAG,
  progress: FLAG,
  'progress-template': VALUE,
  fixup: VALUE,
  'load-info-json': VALUE,
  'js-runtimes': VALUE,
  'limit-rate': VALUE,
  impersonate: VALUE,
  cookies: VALUE,
  'socket-timeout': VALUE,
  retries: VALUE,
  'ffmpeg-location': VALUE,
  proxy: VALUE,
  paths: { ...VALUE, short: 'P' },
  output: { ...VALUE, short: 'o' },
  format: { ...VALUE, short: 'f' },
} as const;

async function main(): Promise<string> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  if (values.version) return '2026.01.01';
  const proxy = String(values.proxy);
  if (values['dump-single-json']) {
    return JSON.stringify(await list(positionals[0] ?? '', String(values['playlist-items']), proxy));
  }
  if (values['dump-json']) return JSON.stringify(await describe(positionals[0] ?? '', proxy));

  const info: Info = await Bun.file(String(values['load-info-json'])).json();
  const target = (extension: string) => join(String(values.paths), String(values.output).replace('%(ext)s', extension));
  if (values['skip-download']) {
    const language = String(values['sub-langs']);
    await Bun.write(target(`${language}.vtt`), await download(info.subtitles[language]?.[0]?.url ?? '', proxy));
    return '';
  }
  const media = await download(info.url, proxy);
  await Bun.write(target('mp4'), media);
  return `bytes ${media.length} of ${media.length} or NA`;
}

async function describe(url: string, proxy: string): Promise<Info> {
  const page = new TextDecoder().decode(await download(url, proxy));
  const address = (pattern: RegExp) => {
    const found = page.match(pattern)?.[1];
    return found ? new URL(found, url).href : null;
  };
  const media = address(/<video src="([^"]+)"/);
  if (!media) throw new Error(`Unsupported URL: ${url}`);
  const captions = address(/<track src="([^"]+)"/);
  return {
    title: page.match(/<title>(.*?)<\/title>/)?.[1] ?? '',
    language: 'es',
    upload_date: '20240305',
    thumbnail: address(/poster="([^"]+)"/),
    url: media,
    subtitles: captions ? { es: [{ ext: 'vtt', url: captions }] } : {},
  };
}

/** A feed as the generic extractor flattens it. */
async function list(url: string, wanted: string, proxy: string) {
  const feed = new TextDecoder().decode(await download(url, proxy));
  const items = [...feed.matchAll(/<item>(.*?)<\/item>/gs)].map(([, item = '']) => ({
    _type: 'url_transparent',
    url: item.match(/<enclosure url="([^"]+)"/)?.[1],
    title: item.match(/<title>(.*?)<\/title>/)?.[1],
    duration: Number(item.match(/<itunes:duration>(\d+)</)?.[1]) || null,
  }));
  if (items.length === 0) return { id: 'video', title: 'A video' };
  const entries = items.slice(0, Number(wanted.split('-')[1]));
  const title = feed.match(/<title>(.*?)<\/title>/)?.[1];
  return { _type: 'playlist', id: url, title, entries, webpage_url: url, playlist_count: items.length };
}

async function download(url: string, proxy: string): Promise<Uint8Array> {
  const response = await fetch(url, { proxy: { url: proxy, respectNoProxy: false } });
  if (!response.ok) throw new Error(`Unable to download: HTTP Error ${response.status}`);
  return response.bytes();
}

if (import.meta.main) {
  try {
    console.log(await main());
  } catch (error) {
    console.error(`ERROR: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
