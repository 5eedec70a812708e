import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import type { ProgramEnvironment } from './child-process.ts';
import { identifyProgram, type Program } from './media-programs.ts';
import type { TransferOptions } from './verified-download.ts';
import { keepYtdlpRelease, type ReleaseState } from './ytdlp-release.ts';

/** yt-dlp, wherever it comes from; looked for when it is needed, since it may be installed while we run. */
export interface YtdlpProgram {
  /**
   * Where the operator says, else on the PATH, else the copy that is ours, which is fetched when there is none.
   * @throws {DestilaError} `ytdlp_missing`; `ytdlp_unreachable`, `rate_limited` and `disk_full` while fetching; and the
   *   signal's reason
   */
  find(options: TransferOptions): Promise<Program>;
  /** What there is, without fetching anything. */
  look(): Promise<YtdlpState | null>;
  /** Ends what runs in the background. */
  close(): Promise<void>;
}

export type YtdlpState = ({ managed: false } & Program) | ({ managed: true } & ReleaseState);

export interface YtdlpProgramConfig {
  YTDLP_PATH?: string;
  YTDLP_MIRROR: string;
  YTDLP_UPDATE: boolean;
}

export function createYtdlpProgram(
  config: YtdlpProgramConfig,
  { dataDir, environment, proxy }: { dataDir: string; environment: ProgramEnvironment; proxy?: string },
): YtdlpProgram {
  const identify = (path: string) => identifyProgram(path, '--version', environment);
  const release = keepYtdlpRelease({
    folder: join(dataDir, 'bin'),
    mirror: config.YTDLP_MIRROR,
    update: config.YTDLP_UPDATE,
    proxy,
    identify,
  });
  let found: Program | null = null;

  async function findInstalled(): Promise<Program | null> {
    const path = config.YTDLP_PATH ?? Bun.which('yt-dlp', { PATH: environment.PATH ?? '' });
    found ??= path === null ? null : await identify(path);
    return found;
  }

  return {
    async find(options) {
      const installed = await findInstalled();
      if (installed) return installed;
      if (config.YTDLP_PATH) throw new DestilaError('ytdlp_missing', { detail: `${config.YTDLP_PATH} does not run` });
      return release.find(options);
    },

    async look() {
      const installed = await findInstalled();
      if (installed) return { managed: false, ...installed };
      const copy = config.YTDLP_PATH ? null : await release.look();
      return copy && { managed: true, ...copy };
    },

    close: () => release.close(),
  };
}
