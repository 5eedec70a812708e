import type { Recognized, Recognizer, RecognizerSession, SoundWindow } from './recognizer.ts';
import { whisperLanguage } from './whisper-languages.ts';
import { WhisperProcess, type WhisperProcessOptions } from './whisper-process.ts';

/** Seconds: 10 MB of samples at once, and no more is heard again after a crash. Whisper itself works on 30 s at a time. */
const LONGEST_WINDOW = 300;

export interface WhisperOptions extends Pick<WhisperProcessOptions, 'longestSilence'> {
  /** The model's, for people. */
  model: string;
  /** Gives the ggml model's file, which may have to be fetched first. */
  fetchModel(onFetch: (bytes: number, total: number | null) => void, signal: AbortSignal): Promise<string>;
}

/** Whisper on this machine, in one process a job. Its sessions fail as `WhisperProcess` does. */
export function createWhisper({ model, fetchModel, longestSilence }: WhisperOptions): Recognizer {
  return {
    name: `whisper ${model}`,
    origin: 'whisper',
    form: 'pcm',
    longestWindow: LONGEST_WINDOW,
    async open(signal, onFetch) {
      const modelPath = await fetchModel(onFetch, signal);
      return sessionOf(await WhisperProcess.start({ modelPath, hears: 'words', signal, longestSilence }));
    },
  };
}

function sessionOf(whisper: WhisperProcess): RecognizerSession {
  return {
    recognize: (sound) => recognize(whisper, sound),
    [Symbol.asyncDispose]: () => whisper[Symbol.asyncDispose](),
  };
}

async function recognize(
  whisper: WhisperProcess,
  { path, durationSeconds, language, onProgress }: SoundWindow,
): Promise<Recognized> {
  const question = { path, language: whisperLanguage(language) };
  const { segments, language: heard } = await whisper.hear(question, (share) => onProgress(share * durationSeconds));
  return { segments, language: heard };
}
