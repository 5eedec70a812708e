import { DestilaError } from '@destila/contracts';
import { readCaptions } from '../transcription/read-captions.ts';
import type { Recognizer } from '../transcription/recognizer.ts';
import { type ListenDependencies, listen } from './listen.ts';
import type { DownloadOutput, Stage, StageContext, TranscribeOutput } from './stage.ts';

export interface TranscribeDependencies extends Omit<ListenDependencies, 'recognizer'> {
  /** Null when only captions are to be read. */
  recognizer: Recognizer | null;
}

/**
 * Words with times: those of the source's captions, else what a recogniser hears.
 * @throws {DestilaError} `transcriber_missing` with neither captions nor a recogniser, and what listening fails with.
 */
export function createTranscribeStage(dependencies: TranscribeDependencies): Stage<DownloadOutput, TranscribeOutput> {
  const { recognizer } = dependencies;
  return {
    async run(context, download) {
      context.report('reading_captions');
      const captioned = await wordsOfCaptions(context, download);
      if (captioned) return captioned;
      if (!recognizer) throw new DestilaError('transcriber_missing');
      context.report('extracting_audio');
      return await listen(context, download.language, { ...dependencies, recognizer });
    },
  };
}

async function wordsOfCaptions(
  { job, signal }: StageContext,
  { captions, language }: DownloadOutput,
): Promise<TranscribeOutput | null> {
  if (!captions || job.options.transcript_from === 'speech') return null;
  const segments = await readCaptions(captions, signal);
  if (segments.length === 0) return null;
  const origin = captions.kind === 'automatic' ? 'automatic_captions' : 'captions';
  return { segments, language: captions.language ?? language, origin };
}
