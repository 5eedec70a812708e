import { WhisperProcess } from './whisper-process.ts';
import type { Stretch } from './windows.ts';

/** Hears where somebody speaks, with Silero's small model, in a process of its own. */
export interface VoiceDetector extends AsyncDisposable {
  /** Of a file of 16 kHz mono 16-bit samples: seconds from its beginning, in order. */
  find(path: string): Promise<Stretch[]>;
}

/** `modelPath` is a ggml file. @throws {DestilaError} as `WhisperProcess` does, which its answers do too */
export async function openVoiceDetector(modelPath: string, signal: AbortSignal): Promise<VoiceDetector> {
  const whisper = await WhisperProcess.start({ modelPath, hears: 'voices', signal });
  return {
    async find(path) {
      const { segments } = await whisper.hear({ path, language: 'auto' }, () => {});
      return segments.map(({ start, end }) => ({ start, end }));
    },
    [Symbol.asyncDispose]: () => whisper[Symbol.asyncDispose](),
  };
}
