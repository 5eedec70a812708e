import { startGuardProxy } from './guard-proxy.ts';
import { type MediaCache, openMediaCache } from './media-cache.ts';
import { findMediaPrograms, type MediaPrograms, type ProgramPaths } from './media-programs.ts';
import { createOutsideFetch, type OutsideFetch } from './outside-fetch.ts';
import { createYtdlp, type Ytdlp } from './ytdlp.ts';

export interface MediaConfig extends ProgramPaths {
  ALLOW_PRIVATE_NETWORK: boolean;
  /** Bytes. */
  UPLOAD_LIMIT: number;
  YTDLP_COOKIES?: string;
  YTDLP_ARGS?: string;
}

/** Everything between a URL and media on disk. */
export interface Media {
  readonly programs: MediaPrograms;
  /** The only way to the outside. */
  readonly fetchOutside: OutsideFetch;
  /** Null where it is not installed. */
  readonly ytdlp: Ytdlp | null;
  readonly cache: MediaCache;
  /** Where `cache` and `uploads` are. */
  readonly dataDir: string;
  /** Bytes of the largest file that is taken. */
  readonly limit: number;
  close(): Promise<void>;
}

/** Finds the programs and starts the guard that outside traffic passes. `environment` is all that programs get to see. */
export async function createMedia(options: {
  config: MediaConfig;
  dataDir: string;
  environment: MediaPrograms['environment'];
}): Promise<Media> {
  const { config, dataDir, environment } = options;
  const allowPrivateNetwork = config.ALLOW_PRIVATE_NETWORK;
  const programs = await findMediaPrograms(config, environment);
  const cache = await openMediaCache(dataDir);
  const guard = await startGuardProxy({ allowPrivateNetwork });
  const { YTDLP_COOKIES: cookies, YTDLP_ARGS: extraArguments } = config;
  return {
    programs,
    fetchOutside: createOutsideFetch(guard, { allowPrivateNetwork }),
    ytdlp: programs.ytdlp && createYtdlp(programs.ytdlp, { guard, environment, cookies, extraArguments }),
    cache,
    dataDir,
    limit: config.UPLOAD_LIMIT,
    close: () => guard.close(),
  };
}
