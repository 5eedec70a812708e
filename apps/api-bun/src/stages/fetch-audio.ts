import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { AUDIO_EXTENSION, extractAudio } from '../media/ffmpeg.ts';
import type { Media } from '../media/media.ts';
import { probe } from '../media/probe.ts';
import { findSource, type Source } from './find-source.ts';
import { startPace } from './pace.ts';
import type { StageContext } from './stage.ts';

/** The sound of a job: Ogg with Opus, 16 kHz, mono. */
export interface JobAudio {
  path: string;
  /** Seconds. */
  durationSeconds: number;
}

export type AudioFetcher = (context: StageContext) => Promise<JobAudio>;

/** Gives the cached sound of a job, or fetches its source again: the download may have run on another machine. */
export function createAudioFetcher(media: Media): AudioFetcher {
  return async (context) => {
    const path = await media.cache.find(context.job.id);
    return path ? measure(media, context, path) : cacheAudio(media, context, await findSource(media, context));
  };
}

/**
 * Takes the sound out of a source and keeps it in the cache for the next stage.
 * @throws {DestilaError} `no_audio`, and what fetching and converting throw
 */
export async function cacheAudio(media: Media, context: StageContext, source: Source): Promise<JobAudio> {
  const file = source.via === 'file' ? source.path : await fetchOnlineAudio(media, context);
  const { hasAudio, duration } = await probe(media.programs, file, context.signal);
  if (!hasAudio) throw new DestilaError('no_audio');

  const out = join(context.workDir, `sound.${AUDIO_EXTENSION}`);
  const pace = startPace('seconds');
  context.report('extracting_audio', pace(0, duration));
  await extractAudio(media.programs, file, out, {
    signal: context.signal,
    onProgress: (seconds) => context.report('extracting_audio', pace(seconds, duration)),
  });
  return measure(media, context, await media.cache.keep(context.job.id, out));
}

async function measure(media: Media, context: StageContext, path: string): Promise<JobAudio> {
  const { duration } = await probe(media.programs, path, context.signal);
  return { path, durationSeconds: duration ?? 0 };
}

async function fetchOnlineAudio(media: Media, context: StageContext): Promise<string> {
  const pace = startPace('bytes');
  const onProgress = (bytes: number, total: number | null) => context.report('fetching_audio', pace(bytes, total));
  return media.ytdlp.audio({ limit: media.limit, onProgress }, context);
}
