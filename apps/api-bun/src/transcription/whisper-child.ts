/**
 * The process in which Whisper runs: it blocks, takes gigabytes and may crash, none of which should reach the server.
 * Reads 16 kHz mono 16-bit PCM from standard input, a window at a time, and sends `WhisperMessage`s to its parent.
 */
import { createRequire } from 'node:module';
import { initWhisper, type TranscribeResult, type WhisperContext } from '@fugood/whisper.node';
import { BYTES_PER_SECOND, nextWindow, PcmReader, WINDOW_SECONDS } from './audio-windows.ts';
import { type WhisperMessage, whisperTaskSchema } from './whisper-messages.ts';

async function main(): Promise<void> {
  const task = whisperTaskSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  const whisper = await loadModel(task.modelPath);
  send({ type: 'loaded' });
  const language = await transcribe(whisper, new PcmReader(Bun.stdin.stream()), task.language);
  send({ type: 'done', language });
}

/** @returns the language heard, or null when nothing was said. */
async function transcribe(whisper: WhisperContext, audio: PcmReader, wantedLanguage: string): Promise<string | null> {
  let start = 0;
  let heard: string | null = null;
  for (;;) {
    const pcm = await audio.peek(WINDOW_SECONDS * BYTES_PER_SECOND);
    if (pcm.byteLength === 0) return heard;
    const result = await transcribeWindow(whisper, pcm, start, heard ?? wantedLanguage);
    const window = nextWindow(result.segments.map(inSeconds), pcm.byteLength / BYTES_PER_SECOND, audio.ended);
    send({ type: 'segments', segments: window.segments.map((segment) => shifted(segment, start)) });
    if (window.segments.length > 0) heard = result.language ?? heard;
    audio.consume(Math.round(window.advance * BYTES_PER_SECOND));
    start += window.advance;
    send({ type: 'progress', seconds: start });
  }
}

function transcribeWindow(
  whisper: WhisperContext,
  pcm: Uint8Array<ArrayBuffer>,
  start: number,
  language: string,
): Promise<TranscribeResult> {
  const duration = pcm.byteLength / BYTES_PER_SECOND;
  return whisper.transcribeData(pcm.buffer, {
    language,
    // Whisper counts in whole 30 s pieces, so that the last one goes beyond 100.
    onProgress: (percent) =>
      send({ type: 'progress', seconds: start + (duration * Math.min(100, Math.max(0, percent))) / 100 }),
  }).promise;
}

/** Whisper's own times are hundredths of a second. */
function inSeconds({ text, t0, t1 }: TranscribeResult['segments'][number]) {
  return { text, start: t0 / 100, end: t1 / 100 };
}

function shifted<Timed extends { start: number; end: number }>(segment: Timed, by: number): Timed {
  return { ...segment, start: segment.start + by, end: segment.end + by };
}

async function loadModel(modelPath: string): Promise<WhisperContext> {
  try {
    return await initWhisper({ filePath: modelPath, useGpu: true });
  } catch (error) {
    throw new Error(nativeLoadProblem() ?? `the model could not be loaded: ${reasonOf(error)}`);
  }
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function send(message: WhisperMessage): void {
  process.send?.(message);
}

// The parent ends this process when it has heard what it waited for; when it is gone, nobody is left to hear the rest.
process.on('disconnect', () => process.exit());
await main().catch((error) => send({ type: 'failed', reason: reasonOf(error) }));
