import { dirname, join } from 'node:path';
import { type ProgramEnvironment, run } from './child-process.ts';

export interface Program {
  path: string;
  /** As it calls itself; null when it did not say. */
  version: string | null;
}

/** The programs that are there (yt-dlp is found when it is needed), and the environment ffmpeg and ffprobe are run in. */
export interface MediaPrograms {
  ffmpeg: Program | null;
  ffprobe: Program | null;
  environment: ProgramEnvironment;
}

export interface ProgramPaths {
  FFMPEG_PATH?: string;
  FFPROBE_PATH?: string;
}

/** Finds each program: where the operator says, else on the PATH, else the build that npm brought. */
export async function findMediaPrograms(config: ProgramPaths, environment: ProgramEnvironment): Promise<MediaPrograms> {
  const which = (name: string) => Bun.which(name, { PATH: environment.PATH ?? '' });
  const beside = config.FFMPEG_PATH ? Bun.which(join(dirname(config.FFMPEG_PATH), 'ffprobe')) : null;
  const [ffmpeg, ffprobe] = await Promise.all([
    identifyProgram(
      config.FFMPEG_PATH ?? which('ffmpeg') ?? (await installed(() => import('@ffmpeg-installer/ffmpeg'))),
      '-version',
      environment,
    ),
    identifyProgram(
      config.FFPROBE_PATH ??
        beside ??
        which('ffprobe') ??
        (await installed(() => import('@ffprobe-installer/ffprobe'))),
      '-version',
      environment,
    ),
  ]);
  return { ffmpeg, ffprobe, environment: { ...environment, ...NO_CONVERTERS } };
}

/**
 * A static build, as npm brings, crashes when it loads the system's character converters, which are another libc's. Every
 * MPEG-TS makes it, for the name of its service: without a folder of converters it leaves the name as it is.
 */
const NO_CONVERTERS = { GCONV_PATH: '/dev/null' };

/** The installers throw when they are loaded on a platform they have no build for. */
async function installed(load: () => Promise<{ path: string }>): Promise<string | null> {
  try {
    return (await load()).path;
  } catch {
    return null;
  }
}

/** Null for what is not there or does not run. */
export async function identifyProgram(
  path: string | null,
  flag: string,
  environment: ProgramEnvironment,
): Promise<Program | null> {
  if (path === null) return null;
  try {
    const { stdout, exitCode } = await run(path, [flag], {
      signal: AbortSignal.timeout(30_000),
      silenceDeadline: 20_000,
      environment,
    });
    const [firstLine = ''] = stdout.split('\n');
    const version = firstLine.replace(/^ff\w+ version /, '').split(' ')[0] ?? '';
    return exitCode === 0 ? { path, version: version.trim() || null } : null;
  } catch {
    return null;
  }
}
