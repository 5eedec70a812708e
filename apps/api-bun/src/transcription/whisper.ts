import { fileURLToPath } from 'node:url';
import { DestilaError, type Segment } from '@destila/contracts';
import type { FileSink, Subprocess } from 'bun';
import { programEnvironment } from '../config.ts';
import { spokenText } from './spoken-text.ts';
import { whisperLanguage } from './whisper-languages.ts';
import { type WhisperMessage, type WhisperTask, whisperMessageSchema } from './whisper-messages.ts';

/**
 * Gives a media file's sound as 16 kHz mono signed 16-bit little-endian samples, decoded as they are read. The stream
 * fails with a `DestilaError` when the file cannot be decoded; it stops when the signal aborts.
 */
export type DecodeAudio = (path: string, signal: AbortSignal) => ReadableStream<Uint8Array>;

export interface WhisperRequest {
  audioPath: string;
  /** Seconds; what progress is measured against. */
  durationSeconds: number;
  /** A ggml model's file. */
  modelPath: string;
  /** BCP 47 when it is known; otherwise Whisper listens for it. */
  language: string | null;
  decode: DecodeAudio;
  signal: AbortSignal;
  /** Called once the model is in memory, with 0, and then with the seconds of audio done: never fewer, never more than all. */
  onProgress(seconds: number): void;
}

export interface WhisperTranscript {
  segments: Segment[];
  language: string | null;
}

/** A large model on a slow machine needs minutes for 30 s of sound; more silence than this is a child that hangs. */
const LONGEST_SILENCE_MS = 10 * 60_000;

/**
 * Recognises speech with Whisper in a process of its own, which is killed when the signal aborts.
 * @throws {DestilaError} `transcriber_missing` without the model's file, `speech_model_unusable` when Whisper does not
 * load it, `transcription_failed` when it crashes, `stage_hung` when it falls silent, `no_speech` when it hears no words, and what `decode` fails with.
 */
export async function transcribeWithWhisper(request: WhisperRequest): Promise<WhisperTranscript> {
  request.signal.throwIfAborted();
  await requireModel(request.modelPath);
  const over = new AbortController();
  const signal = AbortSignal.any([request.signal, over.signal]);
  try {
    return await converse(request, signal);
  } catch (error) {
    request.signal.throwIfAborted();
    throw error;
  } finally {
    over.abort();
  }
}

async function requireModel(path: string): Promise<void> {
  if (await Bun.file(path).exists()) return;
  throw new DestilaError('transcriber_missing', { detail: `WHISPER_MODEL names no file: ${path}` });
}

async function converse(request: WhisperRequest, signal: AbortSignal): Promise<WhisperTranscript> {
  const audio = request.decode(request.audioPath, signal);
  const listener = new Listener(request);
  const disconnected = Promise.withResolvers<void>();
  const child = Bun.spawn([process.execPath, CHILD_FILE, JSON.stringify(taskOf(request))], {
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'pipe',
    env: CHILD_ENVIRONMENT,
    ipc(message) {
      const said = whisperMessageSchema.safeParse(message);
      if (said.success) listener.hear(said.data);
      else listener.fail(new DestilaError('transcription_failed', { cause: said.error }));
    },
    onDisconnect: () => disconnected.resolve(),
    signal,
    killSignal: 'SIGKILL',
  });
  feed(child.stdin, audio).catch((error) => {
    if (error instanceof DestilaError) listener.fail(error);
    child.kill('SIGKILL');
  });
  Promise.all([lastWords(child.stderr), child.exited, disconnected.promise]).then(
    ([words]) => listener.fail(crash(child, words)),
    (cause: unknown) => listener.fail(new DestilaError('transcription_failed', { cause })),
  );
  return await listener.transcript;
}

const CHILD_FILE = fileURLToPath(new URL('./whisper-child.ts', import.meta.url));

/** No keys; and a crash of Whisper stays on this machine, where Bun would report it to its makers. */
const CHILD_ENVIRONMENT = { ...programEnvironment(), DO_NOT_TRACK: '1', BUN_ENABLE_CRASH_REPORTING: '0' };

function taskOf({ modelPath, language }: WhisperRequest): WhisperTask {
  return { modelPath, language: whisperLanguage(language) };
}

async function feed(stdin: FileSink, audio: ReadableStream<Uint8Array>): Promise<void> {
  for await (const samples of audio) {
    stdin.write(samples);
    await stdin.flush();
  }
  await stdin.end();
}

function crash(child: Subprocess, words: string): DestilaError {
  const how = child.signalCode ?? `exit code ${child.exitCode}`;
  return new DestilaError('transcription_failed', { detail: `whisper ended with ${how}: ${words}` });
}

/** The end of what a process writes to its standard error, where a crash explains itself. */
async function lastWords(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let tail = '';
  for await (const chunk of stderr) tail = (tail + decoder.decode(chunk, { stream: true })).slice(-500);
  return tail.trim();
}

/** Gathers what the child says into a transcript. */
class Listener {
  readonly transcript: Promise<WhisperTranscript>;
  readonly #outcome = Promise.withResolvers<WhisperTranscript>();
  readonly #segments: Segment[] = [];
  readonly #silence: Timer;
  #loaded = false;
  #done = 0;

  constructor(private readonly request: Pick<WhisperRequest, 'durationSeconds' | 'onProgress'>) {
    this.#silence = setTimeout(() => this.fail(new DestilaError('stage_hung')), LONGEST_SILENCE_MS);
    this.transcript = this.#outcome.promise.finally(() => clearTimeout(this.#silence));
  }

  hear(message: WhisperMessage): void {
    this.#silence.refresh();
    if (message.type === 'loaded') this.#begin();
    else if (message.type === 'progress') this.#advance(message.seconds);
    else if (message.type === 'segments') this.#keep(message.segments);
    else if (message.type === 'done') this.#finish(message.language);
    else
      this.fail(
        new DestilaError(this.#loaded ? 'transcription_failed' : 'speech_model_unusable', { detail: message.reason }),
      );
  }

  #begin(): void {
    this.#loaded = true;
    this.request.onProgress(0);
  }

  /** The first failure counts; one after the end changes nothing. */
  fail(error: DestilaError): void {
    this.#outcome.reject(error);
  }

  #advance(seconds: number): void {
    const done = Math.min(seconds, this.request.durationSeconds);
    if (done <= this.#done) return;
    this.#done = done;
    this.request.onProgress(done);
  }

  #keep(segments: Array<{ start: number; end: number; text: string }>): void {
    for (const segment of segments) {
      const text = spokenText(segment.text);
      if (text === '') continue;
      const start = Math.max(0, segment.start, this.#segments.at(-1)?.start ?? 0);
      this.#segments.push({ id: this.#segments.length, start, end: Math.max(start, segment.end), text });
    }
  }

  #finish(language: string | null): void {
    if (this.#segments.length === 0) this.fail(new DestilaError('no_speech'));
    else this.#outcome.resolve({ segments: this.#segments, language });
  }
}
