import { DestilaError } from '@destila/contracts';
import { parseCaptions } from '../transcription/captions.ts';
import { type DecodeAudio, transcribeWithWhisper } from '../transcription/whisper.ts';
import { startPace } from './pace.ts';
import type { DownloadOutput, Stage, StageContext, TranscribeOutput } from './stage.ts';

export interface TranscribeDependencies {
  /** A ggml model's file; without one only captions are read. */
  whisperModel: string | undefined;
  /** The source's sound as a local file, fetched anew when the cache no longer has it. */
  fetchAudio(context: StageContext): Promise<{ path: string; durationSeconds: number }>;
  decodeAudio: DecodeAudio;
}

/**
 * Words with times: those of the source's captions, else what Whisper hears.
 * @throws {DestilaError} `transcriber_missing` with neither captions nor a model, and whatever Whisper fails with.
 */
export function createTranscribeStage(dependencies: TranscribeDependencies): Stage<DownloadOutput, TranscribeOutput> {
  return {
    async run(context, download) {
      context.report('reading_captions');
      const captioned = readCaptions(download);
      if (captioned) return captioned;
      if (dependencies.whisperModel === undefined) throw new DestilaError('transcriber_missing');
      return await listen(context, download, dependencies, dependencies.whisperModel);
    },
  };
}

function readCaptions({ captions, language }: DownloadOutput): TranscribeOutput | undefined {
  const segments = captions ? parseCaptions(captions.text) : [];
  if (segments.length === 0) return undefined;
  return { segments, language: captions?.language ?? language, origin: 'captions' };
}

async function listen(
  context: StageContext,
  download: DownloadOutput,
  { fetchAudio, decodeAudio }: TranscribeDependencies,
  modelPath: string,
): Promise<TranscribeOutput> {
  context.report('extracting_audio');
  const audio = await fetchAudio(context);
  context.report('loading_model');
  let pace: ReturnType<typeof startPace> | undefined;
  const transcript = await transcribeWithWhisper({
    audioPath: audio.path,
    durationSeconds: audio.durationSeconds,
    modelPath,
    language: download.language,
    decode: decodeAudio,
    signal: context.signal,
    onProgress(seconds) {
      pace ??= startPace('seconds');
      context.report('transcribing_audio', pace(seconds, audio.durationSeconds));
    },
  });
  return { ...transcript, language: transcript.language ?? download.language, origin: 'whisper' };
}
