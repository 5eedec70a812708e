import { basename, join } from 'node:path';
import { DestilaError, isUpload } from '@destila/contracts';
import { isLivePlaylist } from '../media/hls-live.ts';
import { downloadMedia } from '../media/http-download.ts';
import type { Media } from '../media/media.ts';
import { uploadedFile } from '../media/media-cache.ts';
import { isVideoPage } from '../media/source-url.ts';
import { liveStream } from '../media/ytdlp-failures.ts';
import type { OnlineVideo } from '../media/ytdlp-protocol.ts';
import { oneLine } from './one-line.ts';
import { startPace } from './pace.ts';
import type { StageContext } from './stage.ts';

/** What a job's URL turned out to be. */
export type Source =
  /** Media on disk; `url` is where it came from, null for an upload. */
  | { via: 'file'; path: string; url: string | null }
  /** A page that yt-dlp can read; of its media nothing is here yet. */
  | { via: 'ytdlp'; video: OnlineVideo };

/** An upload is there already; a direct address is downloaded; any other page is asked through yt-dlp. */
export async function findSource(media: Media, context: StageContext): Promise<Source> {
  const { url } = context.job;
  if (isUpload(url)) return { via: 'file', path: await uploadedFile(media.dataDir, url), url: null };
  if (isVideoPage(url)) return askYtdlp(media, context);
  try {
    return await downloadDirectly(media, context);
  } catch (error) {
    if (!mayBePage(error)) throw error;
    return await askYtdlp(media, context).catch((later: unknown) => {
      throw wasRefused(error) && isMissing(later) ? error : later;
    });
  }
}

/** What a person would call a file: its name without ending, separators as spaces; null when that leaves nothing. */
export function readableName(source: { path: string; url: string | null }): string | null {
  const name = source.url === null ? basename(source.path) : decoded(basename(new URL(source.url).pathname));
  return oneLine(name.replace(/\.\w{1,5}$/, '').replace(/[_+.-]+/g, ' '));
}

async function downloadDirectly(media: Media, context: StageContext): Promise<Source> {
  const path = join(context.workDir, 'media');
  const pace = startPace('bytes');
  const { url } = await downloadMedia(media.fetchOutside, {
    url: context.job.url,
    target: path,
    limit: media.limit,
    signal: context.signal,
    onProgress: (bytes, total) => context.report('fetching_media', pace(bytes, total)),
  });
  return { via: 'file', path, url };
}

/** Sites that refuse us may still let yt-dlp in, which knows them. */
function mayBePage(error: unknown): boolean {
  return wasRefused(error) || (error instanceof DestilaError && error.code === 'not_a_video');
}

function wasRefused(error: unknown): boolean {
  return error instanceof DestilaError && error.code === 'source_forbidden';
}

function isMissing(error: unknown): boolean {
  return error instanceof DestilaError && error.code === 'ytdlp_missing';
}

async function askYtdlp(media: Media, context: StageContext): Promise<Source> {
  const pace = startPace('bytes');
  await media.ytdlpProgram.find({
    signal: context.signal,
    onProgress: (bytes, total) => context.report('fetching_program', pace(bytes, total)),
  });
  context.report('resolving');
  const video = await media.ytdlp.describe(context.job.url, context);
  const { endlessPlaylist } = video;
  if (endlessPlaylist && (await isLivePlaylist(media.fetchOutside, endlessPlaylist, context.signal)))
    throw liveStream();
  return { via: 'ytdlp', video };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
