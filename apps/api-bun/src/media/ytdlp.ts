import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { type Captions, readCaptionsFile } from './captions.ts';
import { type RunResult, run } from './child-process.ts';
import { asDiskError } from './disk-error.ts';
import type { GuardProxy } from './guard-proxy.ts';
import type { MediaPrograms, Program } from './media-programs.ts';
import { type Playlist, type PlaylistOptions, parsePlaylist, playlistArguments } from './playlist.ts';
import type { YtdlpSettings } from './ytdlp-arguments.ts';
import { classifyFailure } from './ytdlp-failures.ts';
import type { YtdlpProgram } from './ytdlp-program.ts';
import {
  audioArguments,
  captionArguments,
  describeArguments,
  type OnlineCaptions,
  type OnlineVideo,
  parseDescription,
  parseProgress,
} from './ytdlp-protocol.ts';

/**
 * yt-dlp, by what we ask of it. All throw what `classifyFailure` says, `cookies_unreadable`, what the guard refuses with, and
 * the signal's reason.
 */
export interface Ytdlp {
  /** @throws {DestilaError} also what `parseDescription` throws */
  describe(url: string, visit: Visit): Promise<OnlineVideo>;
  /** Of the video described in the same folder; null when the site does not give them after all. @throws {DestilaError} also `too_large` */
  captions(track: OnlineCaptions, visit: Visit): Promise<Captions | null>;
  /** The sound of the video described in the same folder, as a file there. @throws {DestilaError} also `too_large` */
  audio(options: TransferLimit, visit: Visit): Promise<string>;
  /** What a playlist or a channel lists. @throws {DestilaError} also `not_a_playlist` */
  playlist(url: string, options: PlaylistOptions, visit: Visit): Promise<Playlist>;
}

/** One job's dealings with a site; the folder carries what was found from one call to the next. */
export interface Visit {
  workDir: string;
  signal: AbortSignal;
}

interface TransferLimit {
  /** Bytes. */
  limit: number;
  onProgress?: (bytes: number, total: number | null) => void;
}

/** Bytes: more than what is said in a day. */
const CAPTIONS_LIMIT = 10 * 1024 ** 2;

/**
 * Bytes that yt-dlp and what it starts may hold. It reads a page whole, unpacked, whatever its size: one of 100 MB takes it
 * 600 MB, and a page without an end all there is.
 */
const MEMORY_LIMIT = 1024 ** 3;

export interface YtdlpDeadlines {
  /** Seconds for a site to answer, and to go on answering. */
  answer: number;
  /** Milliseconds without a word: an extraction with retries is quiet for long. */
  silence: number;
}

const DEADLINES: YtdlpDeadlines = { answer: 30, silence: 240_000 };

/** How the operator wants yt-dlp to be run. */
export interface YtdlpPreferences {
  /** Path of a cookies.txt. */
  cookies?: string;
  /** Bytes a second. */
  rateLimit?: number;
  impersonate?: string;
  extraArguments?: readonly string[];
}

export function createYtdlp(
  source: YtdlpProgram,
  setup: {
    guard: GuardProxy;
    environment: MediaPrograms['environment'];
    preferences: YtdlpPreferences;
    deadlines?: YtdlpDeadlines;
  },
): Ytdlp {
  const { deadlines = DEADLINES } = setup;
  const { cookies, rateLimit = null, impersonate = null, extraArguments = [] } = setup.preferences;

  async function ytdlp(
    visit: Visit,
    args: (settings: YtdlpSettings) => string[],
    onLine?: (line: string) => void,
  ): Promise<RunResult & { program: Program }> {
    const program = await source.find({ signal: visit.signal });
    using session = setup.guard.openSession();
    const settings = {
      ...{ rateLimit, impersonate, extraArguments },
      version: program.version,
      answerDeadline: deadlines.answer,
      proxyUrl: session.proxyUrl,
      cookies: cookies ? await ownCopy(cookies, visit.workDir) : null,
      workDir: visit.workDir,
      bun: process.execPath,
    };
    const result = await run(program.path, args(settings), {
      signal: visit.signal,
      environment: setup.environment,
      silenceDeadline: deadlines.silence,
      memoryLimit: MEMORY_LIMIT,
      cwd: visit.workDir,
      onLine,
    });
    if (result.exitCode === 0) return { ...result, program };
    const refusal = session.failure();
    throw refusal && refusal.code !== 'network' ? refusal : classifyFailure(result.stderr, program);
  }

  /** Stops what grows beyond the limit: yt-dlp believes what a site says of a size, and goes on for ever where it says none. */
  async function transfer(
    visit: Visit,
    args: (settings: YtdlpSettings) => string[],
    { limit, onProgress }: TransferLimit,
  ) {
    const tooLarge = new AbortController();
    const signal = AbortSignal.any([visit.signal, tooLarge.signal]);
    const result = await ytdlp({ ...visit, signal }, args, (line) => {
      const progress = parseProgress(line);
      if (!progress) return;
      const { bytes, total, estimated } = progress;
      if (bytes > limit || (!estimated && (total ?? 0) > limit)) tooLarge.abort(new DestilaError('too_large'));
      onProgress?.(bytes, total);
    });
    tooLarge.signal.throwIfAborted();
    return result;
  }

  const infoFile = (visit: Visit) => join(visit.workDir, 'video.info.json');

  return {
    async describe(url, visit) {
      const printed = await ytdlp(visit, (settings) => describeArguments(url, settings));
      const video = parseDescription(printed, printed.program);
      await Bun.write(infoFile(visit), printed.stdout);
      return video;
    },

    async captions(track, visit) {
      await transfer(visit, (settings) => captionArguments(infoFile(visit), track, settings), {
        limit: CAPTIONS_LIMIT,
      });
      const name = await findFile(visit.workDir, /^captions\..*(vtt|srt|json3|ttml|dfxp)$/);
      const found = name ? await readCaptionsFile(join(visit.workDir, name)) : null;
      return found && { ...found, language: track.language, kind: track.kind };
    },

    async audio(options, visit) {
      const { stderr, program } = await transfer(
        visit,
        (settings) => audioArguments(infoFile(visit), settings),
        options,
      );
      const name = await findFile(visit.workDir, /^audio\./);
      if (!name) throw classifyFailure(stderr, program);
      return join(visit.workDir, name);
    },

    async playlist(url, options, visit) {
      const { stdout } = await ytdlp(visit, (settings) => playlistArguments(url, options.limit, settings));
      return parsePlaylist(stdout, options);
    },
  };
}

/** yt-dlp writes to its cookies when it is done; the operator's own stay as they are. */
async function ownCopy(cookies: string, folder: string): Promise<string> {
  const copy = join(folder, 'cookies.txt');
  try {
    await copyFile(cookies, copy);
  } catch (cause) {
    const error = asDiskError(cause);
    throw error instanceof DestilaError ? error : new DestilaError('cookies_unreadable', { detail: cookies, cause });
  }
  return copy;
}

async function findFile(folder: string, pattern: RegExp): Promise<string | undefined> {
  return (await readdir(folder)).find((name) => pattern.test(name));
}
