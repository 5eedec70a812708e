/**
 * The process in which whisper.cpp runs: it blocks, takes gigabytes and may crash, none of which should reach the server.
 * Loads one model, and then hears one file after the other as its parent asks.
 */
import { createRequire } from 'node:module';
import { initWhisper, initWhisperVad } from '@fugood/whisper.node';
import {
  type WhisperAnswer,
  type WhisperMessage,
  type WhisperQuestion,
  whisperQuestionSchema,
  whisperTaskSchema,
} from './whisper-messages.ts';

type Ears = (samples: ArrayBuffer, question: WhisperQuestion) => Promise<WhisperAnswer>;

async function main(): Promise<void> {
  const task = whisperTaskSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  const load = task.hears === 'words' ? loadWhisper : loadVoiceDetector;
  const hear = await load(task.modelPath).catch((error) => {
    throw new Error(nativeLoadProblem() ?? `the model could not be loaded: ${reasonOf(error)}`);
  });
  process.on('message', (message) => void answer(hear, message).catch(fail));
  send({ type: 'loaded' });
}

async function answer(hear: Ears, message: unknown): Promise<void> {
  const question = whisperQuestionSchema.parse(message);
  const samples = await Bun.file(question.path).arrayBuffer();
  send({ type: 'heard', ...(await hear(samples, question)) });
}

async function loadWhisper(filePath: string): Promise<Ears> {
  const whisper = await initWhisper({ filePath, useGpu: true });
  return async (samples, { language }) => {
    const result = await whisper.transcribeData(samples, {
      language,
      // Whisper counts in whole 30 s pieces, so that the last one goes beyond 100.
      onProgress: (percent) => send({ type: 'progress', share: Math.min(100, Math.max(0, percent)) / 100 }),
    }).promise;
    // The library gives milliseconds (its WhisperContext.cpp).
    const segments = result.segments.map(({ text, t0, t1 }) => ({ text, start: t0 / 1000, end: t1 / 1000 }));
    return { segments, language: result.language ?? null };
  };
}

async function loadVoiceDetector(filePath: string): Promise<Ears> {
  // It is too small a model to be worth more threads, or a graphics card.
  const detector = await initWhisperVad({ filePath, useGpu: false, nThreads: 1 });
  return async (samples) => {
    const voices = await detector.detectSpeechData(samples);
    // Hundredths of a second, here.
    return { segments: voices.map(({ t0, t1 }) => ({ text: '', start: t0 / 100, end: t1 / 100 })), language: null };
  };
}

/** The library hides why its native part did not load; loading that part once more tells. */
function nativeLoadProblem(): string | undefined {
  try {
    createRequire(createRequire(import.meta.url).resolve('@fugood/whisper.node'))(
      `@fugood/node-whisper-${process.platform}-${process.arch}`,
    );
  } catch (error) {
    const reason = reasonOf(error);
    return reason.includes('libgomp') ? `the system library libgomp1 is missing: ${reason}` : reason;
  }
}

function fail(error: unknown): void {
  send({ type: 'failed', reason: reasonOf(error) });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function send(message: WhisperMessage): void {
  process.send?.(message);
}

// When the parent is gone nobody is left to hear the rest, and an orderly exit would wait for it.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
await main().catch(fail);
