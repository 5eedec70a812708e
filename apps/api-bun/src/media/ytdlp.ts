import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { type Captions, captionsFormat } from './captions.ts';
import { type RunResult, run } from './child-process.ts';
import type { GuardProxy } from './guard-proxy.ts';
import type { MediaPrograms } from './media-programs.ts';
import {
  audioArguments,
  captionArguments,
  classifyFailure,
  describeArguments,
  type OnlineCaptions,
  type OnlineVideo,
  parseDescription,
  parseProgress,
  type YtdlpSettings,
} from './ytdlp-protocol.ts';

/** yt-dlp, by what we ask of it. All throw what `classifyFailure` says, `private_address`, and the signal's reason. */
export interface Ytdlp {
  /** @throws {DestilaError} also `live_stream` */
  describe(url: string, visit: Visit): Promise<OnlineVideo>;
  /** Of the video described in the same folder; null when the site does not give them after all. */
  captions(track: OnlineCaptions, visit: Visit): Promise<Captions | null>;
  /** The sound of the video described in the same folder, as a file there. @throws {DestilaError} also `too_large` */
  audio(options: AudioOptions, visit: Visit): Promise<string>;
}

/** One job's dealings with a site; the folder carries what was found from one call to the next. */
export interface Visit {
  workDir: string;
  signal: AbortSignal;
}

interface AudioOptions {
  /** Bytes. */
  limit: number;
  onProgress: (bytes: number, total: number | null) => void;
}

/** Milliseconds without a word: an extraction with retries is quiet for long. */
const SILENCE_DEADLINE = 240_000;

export function createYtdlp(
  program: { path: string; version: string | null },
  setup: {
    guard: GuardProxy;
    environment: MediaPrograms['environment'];
    cookies: string | undefined;
    extraArguments: string | undefined;
  },
): Ytdlp {
  async function ytdlp(
    visit: Visit,
    args: (settings: YtdlpSettings) => string[],
    onLine?: (line: string) => void,
  ): Promise<RunResult> {
    using session = setup.guard.openSession();
    const { version } = program;
    const { proxyUrl } = session;
    const cookies = setup.cookies ? join(visit.workDir, 'cookies.txt') : null;
    if (cookies && setup.cookies) await copyFile(setup.cookies, cookies);
    const settings = {
      version,
      proxyUrl,
      cookies,
      extraArguments: setup.extraArguments ?? null,
      bun: process.execPath,
    };
    const result = await run(program.path, args({ ...settings, workDir: visit.workDir }), {
      signal: visit.signal,
      environment: setup.environment,
      silenceDeadline: SILENCE_DEADLINE,
      cwd: visit.workDir,
      onLine,
    });
    if (result.exitCode === 0) return result;
    const refusal = session.failure();
    throw refusal?.code === 'private_address' ? refusal : classifyFailure(result.stderr);
  }

  const infoFile = (visit: Visit) => join(visit.workDir, 'video.info.json');

  return {
    async describe(url, visit) {
      const { stdout } = await ytdlp(visit, (settings) => describeArguments(url, settings));
      const video = parseDescription(stdout);
      await Bun.write(infoFile(visit), stdout);
      return video;
    },

    async captions(track, visit) {
      await ytdlp(visit, (settings) => captionArguments(infoFile(visit), track, settings));
      const name = await findFile(visit.workDir, /^captions\..*(vtt|srt)$/);
      const text = name ? await Bun.file(join(visit.workDir, name)).text() : '';
      const format = captionsFormat(text);
      return format && { format, text, language: track.language, kind: track.kind };
    },

    async audio({ limit, onProgress }, visit) {
      const lines: string[] = [];
      await ytdlp(
        visit,
        (settings) => audioArguments(infoFile(visit), limit, settings),
        (line) => {
          const progress = parseProgress(line);
          if (progress) onProgress(progress.bytes, progress.total);
          else lines.push(line);
        },
      );
      const name = await findFile(visit.workDir, /^audio\./);
      if (name) return join(visit.workDir, name);
      const tooLarge = lines.some((line) => /larger than max-filesize/.test(line));
      throw new DestilaError(tooLarge ? 'too_large' : 'ytdlp_failed', { detail: lines.slice(-3).join('\n') });
    },
  };
}

async function findFile(folder: string, pattern: RegExp): Promise<string | undefined> {
  return (await readdir(folder)).find((name) => pattern.test(name));
}
