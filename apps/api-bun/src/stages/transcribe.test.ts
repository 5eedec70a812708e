import { expect, test } from 'bun:test';
import type { Recognizer } from '../transcription/recognizer.ts';
import type { DownloadOutput } from './stage.ts';
import { contextFor, jobFor } from './stage-context.fixture.ts';
import { createTranscribeStage, type TranscribeDependencies } from './transcribe.ts';

const noAudio: TranscribeDependencies = {
  recognizer: null,
  fetchAudio: () => Promise.reject(new Error('the audio is not needed')),
  programs: { ffmpeg: null, ffprobe: null, environment: {} },
  voiceModel: async () => null,
};
const deaf: Recognizer = {
  name: 'deaf',
  origin: 'command',
  form: 'wav',
  longestWindow: 300,
  open: () => Promise.reject(new Error('it is not reached')),
};
const download: DownloadOutput = {
  title: null,
  channel: null,
  duration: 12,
  language: 'es',
  published: null,
  chapters: [],
  captions: null,
};
const captionsOf = (text: string): DownloadOutput => ({
  ...download,
  captions: { format: 'vtt', language: 'es-ES', kind: 'authored', text },
});
const captioned = captionsOf('WEBVTT\n\n00:01.000 --> 00:03.000\nHola a todos.\n');

test('captions are taken as they are, without fetching any audio', async () => {
  expect(await createTranscribeStage({ ...noAudio, recognizer: deaf }).run(contextFor(), captioned)).toEqual({
    segments: [{ id: 0, start: 1, end: 3, text: 'Hola a todos.' }],
    language: 'es-ES',
    origin: 'captions',
  });
});

test('without captions and without a recogniser, the error says what to install', async () => {
  const wordless = captionsOf('WEBVTT\n\n00:01.000 --> 00:03.000\n[Música]\n');
  for (const source of [download, wordless]) {
    const run = createTranscribeStage(noAudio).run(contextFor(), source);
    await expect(run).rejects.toMatchObject({ code: 'transcriber_missing' });
  }
});

test('who asks for speech has the sound heard, although there are captions', async () => {
  const context = contextFor({ job: jobFor({ options: { transcript_from: 'speech' } }) });
  const fetchAudio = () => Promise.reject(new Error('the audio is fetched'));
  const run = createTranscribeStage({ ...noAudio, recognizer: deaf, fetchAudio }).run(context, captioned);
  await expect(run).rejects.toThrow('the audio is fetched');
});
