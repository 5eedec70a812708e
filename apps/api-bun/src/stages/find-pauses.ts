import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cutSound } from '../media/ffmpeg.ts';
import type { MediaPrograms } from '../media/media-programs.ts';
import { findPauses as findQuietPauses, type Pauses } from '../media/silence.ts';
import { openVoiceDetector } from '../transcription/voices.ts';
import { gapsBetween, type Stretch } from '../transcription/windows.ts';
import type { JobAudio } from './fetch-audio.ts';
import { startPace } from './pace.ts';
import type { StageContext } from './stage.ts';

/** Seconds without a voice that make a pause, and that make a silence. */
const PAUSE = 0.4;
const SILENCE = 2;
/** Seconds that voices are looked for in at once: 10 MB of samples. */
const PIECE = 300;

export interface PauseTools {
  programs: MediaPrograms;
  /** The file of the model that hears voices; null where it is not. */
  voiceModel(): Promise<string | null>;
}

/**
 * Where nobody speaks in a job's sound: by the voices in it, when there is a model to hear them, else by how loud it is.
 * @throws {DestilaError} as `findQuietPauses`
 */
export async function findPauses(context: StageContext, audio: JobAudio, tools: PauseTools): Promise<Pauses> {
  const pace = startPace('seconds');
  const onProgress = (seconds: number) => context.report('finding_pauses', pace(seconds, audio.durationSeconds));
  onProgress(0);
  const model = await tools.voiceModel();
  if (model !== null) {
    try {
      return await findByVoices(context, audio, tools.programs, { model, onProgress });
    } catch {
      // A model that does not work is no reason to fail: the loudness is always there to go by.
      context.signal.throwIfAborted();
    }
  }
  return await findQuietPauses(tools.programs, audio.path, audio.durationSeconds, {
    signal: context.signal,
    onProgress,
  });
}

async function findByVoices(
  { workDir, signal }: StageContext,
  { path, durationSeconds: duration }: JobAudio,
  programs: MediaPrograms,
  { model, onProgress }: { model: string; onProgress(seconds: number): void },
): Promise<Pauses> {
  await using detector = await openVoiceDetector(model, signal);
  const out = join(workDir, 'voices.pcm');
  const voices: Stretch[] = [];
  try {
    for (let start = 0; start < duration; start += PIECE) {
      const end = Math.min(start + PIECE, duration);
      await cutSound(programs, path, { start, end, form: 'pcm', out, signal });
      for (const voice of await detector.find(out)) voices.push({ start: voice.start + start, end: voice.end + start });
      onProgress(end);
    }
  } finally {
    await rm(out, { force: true });
  }
  return { pauses: gapsBetween(voices, duration, PAUSE), silences: gapsBetween(voices, duration, SILENCE) };
}
