import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { cutSound } from '../media/ffmpeg.ts';
import { tidySegments } from '../transcription/heard.ts';
import { type Recognized, type Recognizer, type RecognizerSession, SOUND_FORMS } from '../transcription/recognizer.ts';
import { withoutRepetitions } from '../transcription/repetitions.ts';
import { leaveCutOff, liesInSilence, type PlannedWindow, planWindows } from '../transcription/windows.ts';
import type { AudioFetcher, JobAudio } from './fetch-audio.ts';
import { findPauses, type PauseTools } from './find-pauses.ts';
import { type HeardWindow, type Plan, readKeptWindows } from './kept-windows.ts';
import { startPace } from './pace.ts';
import type { StageContext, TranscribeOutput } from './stage.ts';

export interface ListenDependencies extends PauseTools {
  recognizer: Recognizer;
  /** The source's sound as a local file, fetched anew when the cache no longer has it. */
  fetchAudio: AudioFetcher;
}

/**
 * Has a recogniser hear a job's sound, a window at a time. Each window is kept when it is done, so that whoever claims the
 * job next goes on behind the last one; one window is all that is ever in memory.
 * `language` is BCP 47; null to take the one that is heard first.
 * @throws {DestilaError} `no_speech`, and what fetching, ffmpeg and the recogniser throw
 */
export async function listen(
  context: StageContext,
  language: string | null,
  dependencies: ListenDependencies,
): Promise<TranscribeOutput> {
  const { recognizer } = dependencies;
  const audio = await dependencies.fetchAudio(context);
  const windows = await hearAll(context, audio, language, dependencies);
  const { segments, repeated } = withoutRepetitions(windows.flatMap((window) => window.segments));
  if (segments.length === 0) throw new DestilaError('no_speech');
  return {
    segments: tidySegments(segments, audio.durationSeconds).map((segment, id) => ({ ...segment, id })),
    language: language ?? languageOf(windows),
    origin: recognizer.origin,
    dropped: { repeated, silent: windows.reduce((sum, { silent }) => sum + silent, 0) },
  };
}

async function hearAll(
  context: StageContext,
  audio: JobAudio,
  language: string | null,
  dependencies: ListenDependencies,
): Promise<HeardWindow[]> {
  const { recognizer, programs } = dependencies;
  const kept = await readKeptWindows(
    context.parts,
    `${recognizer.name.slice(0, 100)}, ${audio.durationSeconds.toFixed(1)} s`,
  );
  const plan = kept.plan ?? (await makePlan(context, audio, dependencies));
  if (!kept.plan) await kept.keepPlan(plan);
  const windows = kept.done(plan);
  if (windows.length === plan.windows.length) return windows;

  await using session = await openSession(context, recognizer);
  const report = startReport(context, audio.durationSeconds);
  for (const [index, planned] of [...plan.windows.entries()].slice(windows.length)) {
    const before = plan.windows[index - 1]?.cutsSpeech ? windows.at(-1) : undefined;
    const from = before?.hearAgainFrom ?? planned.start;
    report(from);
    const sound = { audio, start: from, end: planned.end, language: language ?? languageOf(windows) };
    const heard = await hear(context, sound, { programs, recognizer, session, report });
    const window = sift(heard, planned, plan, from);
    await kept.keep(index, window);
    windows.push(window);
  }
  report(audio.durationSeconds);
  return windows;
}

async function makePlan(context: StageContext, audio: JobAudio, dependencies: ListenDependencies): Promise<Plan> {
  const { longestWindow: longest } = dependencies.recognizer;
  const { pauses, silences } = await findPauses(context, audio, dependencies);
  return { windows: planWindows({ duration: audio.durationSeconds, pauses, silences }, longest), longest, silences };
}

function languageOf(windows: HeardWindow[]): string | null {
  return windows.find(({ language }) => language !== null)?.language ?? null;
}

function openSession(context: StageContext, recognizer: Recognizer): Promise<RecognizerSession> {
  if (recognizer.origin === 'whisper') context.report('loading_model');
  const pace = startPace('bytes');
  return recognizer.open(context.signal, (bytes, total) => {
    if (bytes === total) context.report('loading_model');
    else context.report('fetching_model', pace(bytes, total));
  });
}

/** Progress in seconds of sound, which only rises and never goes beyond the end. */
function startReport(context: StageContext, duration: number): (seconds: number) => void {
  const pace = startPace('seconds');
  let furthest = 0;
  return (seconds) => {
    furthest = Math.max(furthest, Math.min(seconds, duration));
    context.report('transcribing_audio', pace(furthest, duration));
  };
}

interface Sound {
  audio: JobAudio;
  start: number;
  end: number;
  language: string | null;
}

interface Ears extends Pick<ListenDependencies, 'programs' | 'recognizer'> {
  session: RecognizerSession;
  report(seconds: number): void;
}

/** Times are seconds from the beginning of what is heard. */
async function hear(
  { workDir, signal }: StageContext,
  { audio, start, end, language }: Sound,
  { programs, recognizer, session, report }: Ears,
): Promise<Recognized> {
  const path = join(workDir, `window.${SOUND_FORMS[recognizer.form]}`);
  try {
    await cutSound(programs, audio.path, { start, end, form: recognizer.form, out: path, signal });
    const onProgress = (seconds: number) => report(start + Math.min(seconds, end - start));
    return await session.recognize({ path, durationSeconds: end - start, language, onProgress });
  } finally {
    await rm(path, { force: true });
  }
}

/** Leaves what was really said in a window that was heard from the second `from` on. */
function sift(recognized: Recognized, planned: PlannedWindow, plan: Plan, from: number): HeardWindow {
  const { segments, language, timesGuessed = false } = recognized;
  const tidy = tidySegments(segments, planned.end - from).map((segment) => ({
    ...segment,
    start: segment.start + from,
    end: segment.end + from,
  }));
  const cutsSpeech = planned.cutsSpeech && !timesGuessed;
  const whole = leaveCutOff(tidy, { ...planned, start: from, cutsSpeech }, plan.longest);
  const said = whole.segments.filter((segment) => timesGuessed || !liesInSilence(segment, plan.silences));
  return {
    start: planned.start,
    end: planned.end,
    segments: said,
    language: said.length > 0 ? language : null,
    silent: whole.segments.length - said.length,
    hearAgainFrom: whole.hearAgainFrom,
  };
}
