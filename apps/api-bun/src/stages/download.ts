import { join } from 'node:path';
import { DestilaError, OUTPUT_LANGUAGES } from '@destila/contracts';
import { bestTrack, type Captions, captionsBeside, captionsFormat } from '../media/captions.ts';
import { extractSubtitles, extractThumbnail, reencodePicture } from '../media/ffmpeg.ts';
import type { Media } from '../media/media.ts';
import { fetchBytes } from '../media/outside-fetch.ts';
import { type MediaProbe, probe } from '../media/probe.ts';
import { chooseCaptions, type OnlineCaptions, type OnlineVideo } from '../media/ytdlp-protocol.ts';
import { cacheAudio } from './fetch-audio.ts';
import { findSource, readableName, type Source } from './find-source.ts';
import { oneLine } from './one-line.ts';
import type { DownloadOutput, Stage, StageContext } from './stage.ts';

/**
 * Finds out what the source is. Captions are taken where there are any; else, or when the person asks for speech
 * recognition, the sound is kept for transcription.
 */
export function createDownloadStage(media: Media): Stage<null, DownloadOutput> {
  return {
    async run(context) {
      context.report('resolving');
      const source = await findSource(media, context);
      const output = withReadableNames(
        source.via === 'file'
          ? await describeFile(media, context, source)
          : await describeVideo(media, context, source.video),
      );
      if (output.captions) return output;
      const { durationSeconds } = await cacheAudio(media, context, source);
      return { ...output, duration: output.duration ?? durationSeconds };
    },
  };
}

function withReadableNames(output: DownloadOutput): DownloadOutput {
  const chapters = output.chapters.flatMap((chapter) => {
    const title = oneLine(chapter.title);
    return title ? [{ ...chapter, title }] : [];
  });
  return { ...output, title: oneLine(output.title), channel: oneLine(output.channel), chapters };
}

type FileSource = Extract<Source, { via: 'file' }>;

async function describeFile(media: Media, context: StageContext, source: FileSource): Promise<DownloadOutput> {
  const found = await probe(media.programs, source.path, context.signal);
  checkDuration(media, found.duration);
  await keepThumbnail(context, () => pictureOfFile(media, context, source.path, found));
  const captions = wantsCaptions(context) ? await captionsOfFile(media, context, source, found) : null;
  return {
    title: found.title ?? readableName(source),
    channel: found.artist,
    duration: found.duration,
    language: found.language ?? captions?.language ?? null,
    published: found.published,
    chapters: found.chapters,
    captions,
  };
}

/** @throws {DestilaError} `too_long`; a source that does not say its length is taken */
function checkDuration(media: Media, seconds: number | null) {
  if (seconds !== null && seconds > media.durationLimit) throw new DestilaError('too_long', { detail: `${seconds} s` });
}

function wantsCaptions({ job }: StageContext): boolean {
  return job.options.transcript_from !== 'speech';
}

async function captionsOfFile(media: Media, context: StageContext, source: FileSource, found: MediaProbe) {
  context.report('reading_captions');
  return (await captionsNextTo(media, context, source)) ?? (await captionsInside(media, context, source, found));
}

async function captionsNextTo(media: Media, context: StageContext, source: FileSource): Promise<Captions | null> {
  if (source.url === null) return null;
  const languages = new Set([context.job.output_language ?? OUTPUT_LANGUAGES[0], ...OUTPUT_LANGUAGES]);
  return captionsBeside(media.fetchOutside, source.url, { languages: [...languages], signal: context.signal });
}

async function captionsInside(
  media: Media,
  context: StageContext,
  source: FileSource,
  found: MediaProbe,
): Promise<Captions | null> {
  const track = bestTrack(found.subtitles, [context.job.output_language, found.language]);
  if (!track) return null;
  const out = join(context.workDir, 'captions.vtt');
  const { signal } = context;
  const text = await extractSubtitles(media.programs, source.path, { index: track.index, out, signal });
  return captionsFormat(text) && { format: 'vtt', language: track.language, kind: 'authored', text };
}

async function describeVideo(media: Media, context: StageContext, video: OnlineVideo): Promise<DownloadOutput> {
  checkDuration(media, video.duration);
  await keepThumbnail(context, () => pictureOfSite(media, context, video.thumbnail));
  const track = wantsCaptions(context) ? chooseCaptions(video, context.job.output_language) : null;
  if (track) context.report('reading_captions');
  const captions = track ? await captionsOfSite(media, context, track) : null;
  const { title, channel, duration, published, chapters } = video;
  const language = video.language ?? captions?.language ?? null;
  return { title, channel, duration, language, published, chapters, captions };
}

/** Captions that are not to be had for good, or not at a second try, leave the sound to be heard. */
async function captionsOfSite(media: Media, context: StageContext, track: OnlineCaptions): Promise<Captions | null> {
  try {
    return await media.ytdlp.captions(track, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof DestilaError) || error.code === 'disk_full') throw error;
    if (error.retry === 'permanent' || (error.retry === 'transient' && context.job.retry_count > 0)) return null;
    throw error;
  }
}

/** A picture is a nicety: whatever is wrong with it, the job goes on. */
async function keepThumbnail(context: StageContext, make: () => Promise<Uint8Array | null>) {
  try {
    const jpeg = await make();
    if (jpeg && jpeg.length > 0) await context.keepThumbnail(jpeg);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof DestilaError && error.code === 'disk_full') throw error;
  }
}

async function pictureOfFile(media: Media, context: StageContext, file: string, found: MediaProbe) {
  if (!found.picture) return null;
  // Past the titles that many videos begin with.
  const second = found.picture === 'video' ? Math.min(30, (found.duration ?? 0) * 0.1) : 0;
  const out = join(context.workDir, 'thumbnail.jpg');
  return extractThumbnail(media.programs, file, { second, out, signal: context.signal });
}

const PICTURE_LIMIT = 10 * 1024 ** 2;
const PICTURE_DEADLINE = 20_000;

async function pictureOfSite(media: Media, context: StageContext, url: string | null) {
  if (url === null) return null;
  const { signal, workDir } = context;
  const bytes = await fetchBytes(media.fetchOutside, url, { signal, limit: PICTURE_LIMIT, deadline: PICTURE_DEADLINE });
  const picture = join(workDir, 'picture');
  await Bun.write(picture, bytes);
  return reencodePicture(media.programs, picture, { out: join(workDir, 'thumbnail.jpg'), signal });
}
