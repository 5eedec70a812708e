import type { Segment } from '@destila/contracts';

/** What a stretch of sound is written as before a recogniser gets it: 16 kHz, mono, in each. */
export const SOUND_FORMS = {
  /** Samples alone: 16-bit, little-endian. */
  pcm: 'pcm',
  wav: 'wav',
  /** Ogg with Opus, some 24 kbit/s: for what travels. */
  opus: 'ogg',
} as const;
export type SoundForm = keyof typeof SOUND_FORMS;

/** Something that hears words in sound: Whisper in a process of its own, a speech server, a program. */
export interface Recognizer {
  /** What people read: `whisper ggml-base`. */
  readonly name: string;
  readonly origin: 'whisper' | 'speech_server' | 'command';
  readonly form: SoundForm;
  /** Seconds of the longest stretch that it is given at once. */
  readonly longestWindow: number;
  /**
   * Makes ready for one job: loads the model, where there is one. `onFetch` hears of bytes, and of how many there are in
   * all, while that model has yet to come from elsewhere.
   */
  open(signal: AbortSignal, onFetch: (bytes: number, total: number | null) => void): Promise<RecognizerSession>;
}

/** For one job. Stretches are given one after the other; aborting its signal stops what runs, at once. */
export interface RecognizerSession extends AsyncDisposable {
  recognize(sound: SoundWindow): Promise<Recognized>;
}

export interface SoundWindow {
  /** A file in the form that the recogniser asked for. */
  path: string;
  durationSeconds: number;
  /** BCP 47; null to listen for it. */
  language: string | null;
  /** Seconds of this stretch that are done. */
  onProgress(seconds: number): void;
}

export interface Recognized {
  /** Times are seconds from the beginning of the stretch. */
  segments: Omit<Segment, 'id'>[];
  /** BCP 47, as heard; null when nothing was said. */
  language: string | null;
  /** Only the words were heard, and spread over the stretch: what the sound tells of a moment says nothing of them. */
  timesGuessed?: true;
}
