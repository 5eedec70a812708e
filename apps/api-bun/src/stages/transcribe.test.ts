import { expect, test } from 'bun:test';
import type { JobStep } from '@destila/contracts';
import type { DownloadOutput } from './stage.ts';
import { contextFor } from './stage-context.fixture.ts';
import { createTranscribeStage, type TranscribeDependencies } from './transcribe.ts';

const noAudio: TranscribeDependencies = {
  whisperModel: undefined,
  fetchAudio: () => Promise.reject(new Error('the audio is not needed')),
  decodeAudio: () => new ReadableStream(),
};
const download: DownloadOutput = {
  title: null,
  channel: null,
  duration: 12,
  language: 'es',
  chapters: [],
  captions: null,
};
const captionsOf = (text: string): DownloadOutput => ({
  ...download,
  captions: { format: 'vtt', language: 'es-ES', kind: 'authored', text },
});

test('captions are taken as they are, without fetching any audio', async () => {
  const source = captionsOf('WEBVTT\n\n00:01.000 --> 00:03.000\nHola a todos.\n');
  expect(await createTranscribeStage(noAudio).run(contextFor(), source)).toEqual({
    segments: [{ id: 0, start: 1, end: 3, text: 'Hola a todos.' }],
    language: 'es-ES',
    origin: 'captions',
  });
});

test('without captions and without a model, the error says what to install', async () => {
  const wordless = captionsOf('WEBVTT\n\n00:01.000 --> 00:03.000\n[Música]\n');
  for (const source of [download, wordless]) {
    const run = createTranscribeStage(noAudio).run(contextFor(), source);
    await expect(run).rejects.toMatchObject({ code: 'transcriber_missing' });
  }
});

test('with a model and no captions, the audio is fetched and Whisper is given its samples', async () => {
  const steps: JobStep[] = [];
  const decoded: string[] = [];
  const stage = createTranscribeStage({
    whisperModel: import.meta.path,
    fetchAudio: async () => ({ path: '/audio/of/the/job.opus', durationSeconds: 12 }),
    decodeAudio(path) {
      decoded.push(path);
      return new ReadableStream({ start: (controller) => controller.close() });
    },
  });
  const run = stage.run(contextFor({ report: (step) => steps.push(step) }), download);
  await expect(run).rejects.toMatchObject({ code: 'speech_model_unusable' });
  expect(steps).toEqual(['reading_captions', 'extracting_audio', 'loading_model']);
  expect(decoded).toEqual(['/audio/of/the/job.opus']);
});
