import { startGuardProxy } from './guard-proxy.ts';
import { type MediaCache, openMediaCache } from './media-cache.ts';
import { findMediaPrograms, type MediaPrograms, type ProgramPaths } from './media-programs.ts';
import { createOutsideFetch, type OutsideFetch } from './outside-fetch.ts';
import { createServiceFetch } from './service-fetch.ts';
import { createWhisperModels, type WhisperModels } from './whisper-models.ts';
import { createYtdlp, type Ytdlp, type YtdlpPreferences } from './ytdlp.ts';
import { createYtdlpProgram, type YtdlpProgram, type YtdlpProgramConfig } from './ytdlp-program.ts';

export interface MediaConfig extends ProgramPaths, YtdlpProgramConfig {
  ALLOW_PRIVATE_NETWORK: boolean;
  /** Bytes. */
  UPLOAD_LIMIT: number;
  /** Seconds. */
  DURATION_LIMIT?: number;
  DOWNLOAD_PROXY?: string;
  YTDLP_COOKIES?: string;
  /** Bytes a second. */
  YTDLP_RATE_LIMIT?: number;
  YTDLP_IMPERSONATE?: string;
  YTDLP_ARGS?: readonly string[];
  WHISPER_MODEL?: string;
  WHISPER_MIRROR: string;
}

/** Everything between a URL and media on disk. */
export interface Media {
  readonly programs: MediaPrograms;
  /** The only way to the outside. */
  readonly fetchOutside: OutsideFetch;
  /** `fetch` for servers that a person names. */
  readonly fetchService: typeof fetch;
  readonly ytdlpProgram: YtdlpProgram;
  readonly ytdlp: Ytdlp;
  readonly models: WhisperModels;
  readonly cache: MediaCache;
  /** Where `cache` and `uploads` are. */
  readonly dataDir: string;
  /** Bytes of the largest file that is taken. */
  readonly limit: number;
  /** Seconds of the longest video that is taken. */
  readonly durationLimit: number;
  close(): Promise<void>;
}

/**
 * Finds the programs and starts the guard that outside traffic passes. `environment` is all that programs get to see.
 * @throws {ConfigError} for a Whisper model that does not exist
 */
export async function createMedia(options: {
  config: MediaConfig;
  dataDir: string;
  environment: MediaPrograms['environment'];
}): Promise<Media> {
  const { config, dataDir, environment } = options;
  const allowPrivateNetwork = config.ALLOW_PRIVATE_NETWORK;
  const programs = await findMediaPrograms(config, environment);
  const cache = await openMediaCache(dataDir);
  const proxy = config.DOWNLOAD_PROXY ? new URL(config.DOWNLOAD_PROXY) : undefined;
  const guard = await startGuardProxy({ allowPrivateNetwork, proxy });
  // Programs and models are fetched for the operator, from any address; Bun's fetch alone could not pass a SOCKS proxy.
  const ownDoor = proxy ? await startGuardProxy({ allowPrivateNetwork: true, proxy }) : null;
  const releases = { dataDir, environment, proxy: ownDoor?.openSession().proxyUrl };
  const ytdlpProgram = createYtdlpProgram(config, releases);
  return {
    programs,
    fetchOutside: createOutsideFetch(guard, { allowPrivateNetwork }),
    fetchService: createServiceFetch(guard),
    ytdlpProgram,
    ytdlp: createYtdlp(ytdlpProgram, { guard, environment, preferences: ytdlpPreferences(config) }),
    models: createWhisperModels(config, releases),
    cache,
    dataDir,
    limit: config.UPLOAD_LIMIT,
    durationLimit: config.DURATION_LIMIT ?? Number.POSITIVE_INFINITY,
    async close() {
      await ytdlpProgram.close();
      await Promise.all([guard.close(), ownDoor?.close()]);
    },
  };
}

function ytdlpPreferences(config: MediaConfig): YtdlpPreferences {
  return {
    cookies: config.YTDLP_COOKIES,
    rateLimit: config.YTDLP_RATE_LIMIT,
    impersonate: config.YTDLP_IMPERSONATE,
    extraArguments: config.YTDLP_ARGS,
  };
}
