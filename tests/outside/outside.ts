import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { programEnvironment } from '../../apps/api-bun/src/config.ts';
import { startGuardProxy } from '../../apps/api-bun/src/media/guard-proxy.ts';
import { createMedia } from '../../apps/api-bun/src/media/media.ts';
import { createOutsideFetch } from '../../apps/api-bun/src/media/outside-fetch.ts';
import { createYtdlp } from '../../apps/api-bun/src/media/ytdlp.ts';
import { createDownloadStage } from '../../apps/api-bun/src/stages/download.ts';
import type { DownloadOutput } from '../../apps/api-bun/src/stages/stage.ts';
import { contextFor, jobFor } from '../../apps/api-bun/src/stages/stage-context.fixture.ts';
import { type MediaSite, type Page, startMediaSite } from '../fakes/media-site.ts';
import { YTDLP } from './real-ytdlp.ts';

/** An internet of one site, with the download stage as it is put together for people: our fetching, yt-dlp, ffmpeg. */
export interface Outside extends AsyncDisposable {
  readonly site: MediaSite;
  /** Addresses that the guard connected to. */
  readonly connections: string[];
  /** Takes what is at an address as a job would. */
  download(url: string, options?: { retries?: number }): Promise<Outcome>;
}

export interface Outcome {
  /** The error's code; null when all went well. */
  code: string | null;
  error: unknown;
  output: DownloadOutput | null;
  thumbnails: Uint8Array[];
}

/** The address of every public name, all of which are the site. */
export const PUBLIC = '93.184.216.34';
const NO_YTDLP = '/nonexistent/yt-dlp';

export interface OutsideOptions {
  pages?: Record<string, Page>;
  /** A folder of files. */
  root?: string;
  /** Names that lead somewhere else than to the site, by what each look-up of them answers; the last answer stays. */
  names?: Record<string, string[][]>;
  /** Bytes. */
  limit?: number;
  /** Milliseconds. */
  idleDeadline?: number;
}

export async function openOutside(options: OutsideOptions): Promise<Outside> {
  const { limit = 10 * 1024 ** 2, idleDeadline = 500 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'outside-'));
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const environment = { ...programEnvironment(), TMPDIR: temporary };
  const site = await startMediaSite(options);
  const connections: string[] = [];
  const guard = await startGuardProxy({
    allowPrivateNetwork: false,
    lookup: async (host) => nextAnswer(options.names ?? {}, host),
    connect({ host }) {
      connections.push(host);
      return connect({ host: '127.0.0.1', port: site.port });
    },
  });
  const config = {
    ...{ ALLOW_PRIVATE_NETWORK: false, UPLOAD_LIMIT: limit, YTDLP_PATH: YTDLP ?? NO_YTDLP, YTDLP_UPDATE: false },
    ...{ YTDLP_MIRROR: site.url, WHISPER_MIRROR: site.url },
  };
  const real = await createMedia({ config, dataDir: folder, environment });
  const deadlines = { answer: 1, silence: 20_000 };
  const media = {
    ...real,
    fetchOutside: createOutsideFetch(guard, { allowPrivateNetwork: false, idleDeadline }),
    ytdlp: createYtdlp(real.ytdlpProgram, { guard, environment, preferences: {}, deadlines }),
  };

  return {
    site,
    connections,
    async download(url, { retries = 0 } = {}) {
      const workDir = await mkdtemp(join(folder, 'work-'));
      const outcome: Outcome = { code: null, error: null, output: null, thumbnails: [] };
      const context = contextFor({
        job: jobFor({ url, retry_count: retries }),
        signal: AbortSignal.timeout(40_000),
        workDir,
        keepThumbnail: async (jpeg) => void outcome.thumbnails.push(jpeg),
      });
      try {
        outcome.output = await createDownloadStage(media).run(context, null);
      } catch (error) {
        outcome.error = error;
        outcome.code = error instanceof DestilaError ? error.code : String(error);
      } finally {
        await rm(workDir, { recursive: true });
      }
      await leavesNothing(folder, temporary, outcome);
      await media.cache.remove(context.job.id);
      return outcome;
    },
    async [Symbol.asyncDispose]() {
      await real.close();
      await guard.close();
      await site.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A job that failed has nothing in the cache, and none leaves anything in the folder for temporary files. */
async function leavesNothing(folder: string, temporary: string, { code }: Outcome) {
  const cached = await readdir(join(folder, 'cache'));
  const left = [...(await readdir(temporary)), ...(code === null ? [] : cached)];
  if (left.length > 0) throw new Error(`left behind: ${left}`);
}

function nextAnswer(names: Record<string, string[][]>, host: string): string[] {
  const answers = names[host];
  if (!answers) return /^[\d.]+$|:/.test(host) ? [host] : [PUBLIC];
  return (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
}
