import { fileURLToPath } from 'node:url';
import { DestilaError } from '@destila/contracts';
import type { Subprocess } from 'bun';
import { programEnvironment } from '../config.ts';
import {
  type WhisperAnswer,
  type WhisperQuestion,
  type WhisperTask,
  whisperMessageSchema,
} from './whisper-messages.ts';

/** Milliseconds: a large model on a slow machine needs minutes for 30 s of sound; more silence is a child that hangs. */
const LONGEST_SILENCE = 9 * 60_000;

export interface WhisperProcessOptions extends WhisperTask {
  signal: AbortSignal;
  /** Milliseconds without a word from a child that should be working. */
  longestSilence?: number;
}

/** What is asked of the child: to load its model, then to hear a file. */
interface Request {
  resolve(answer: WhisperAnswer): void;
  reject(error: unknown): void;
  onProgress(share: number): void;
}

/**
 * A process that runs whisper.cpp with one model. What is asked of it rejects with `speech_model_unusable` when the model does
 * not load, `transcriber_out_of_memory`, `transcription_failed` when it crashes, `stage_hung` when it falls silent, and
 * the signal's reason as soon as that aborts. After a failure it is over.
 */
export class WhisperProcess implements AsyncDisposable {
  readonly #child: Subprocess<'ignore', 'ignore', 'pipe'>;
  readonly #signal: AbortSignal;
  readonly #longestSilence: number;
  #silence: Timer | undefined;
  #loaded = false;
  #request: Request | undefined;
  #failure: { reason: unknown } | undefined;

  /** Resolves when the model is in memory. */
  static async start(options: WhisperProcessOptions): Promise<WhisperProcess> {
    options.signal.throwIfAborted();
    const whisper = new WhisperProcess(options);
    try {
      await whisper.#answer(() => {});
    } catch (error) {
      await whisper[Symbol.asyncDispose]();
      throw error;
    }
    return whisper;
  }

  private constructor({ signal, longestSilence = LONGEST_SILENCE, ...task }: WhisperProcessOptions) {
    this.#signal = signal;
    this.#longestSilence = longestSilence;
    const disconnected = Promise.withResolvers<void>();
    this.#child = Bun.spawn([process.execPath, CHILD_FILE, JSON.stringify(task)], {
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
      env: CHILD_ENVIRONMENT,
      // A group of its own, so that it ends with all that it may start.
      detached: true,
      ipc: (message) => this.#hear(message),
      onDisconnect: () => disconnected.resolve(),
    });
    signal.addEventListener('abort', this.#abort);
    // Its last message may still be under way when it has ended.
    Promise.all([lastWords(this.#child.stderr), this.#child.exited, disconnected.promise]).then(
      ([words]) => this.#end(crash(this.#child, words)),
      (cause: unknown) => this.#end(new DestilaError('transcription_failed', { cause })),
    );
  }

  /** One at a time. `onProgress` gets a share from 0 to 1. */
  async hear(question: WhisperQuestion, onProgress: (share: number) => void): Promise<WhisperAnswer> {
    const answer = this.#answer(onProgress);
    if (!this.#failure) this.#child.send(question);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(new DestilaError('transcription_failed', { detail: 'whisper was told to end' }));
    await this.#child.exited;
  }

  readonly #abort = () => this.#end(this.#signal.reason);

  #answer(onProgress: Request['onProgress']): Promise<WhisperAnswer> {
    if (this.#failure) return Promise.reject(this.#failure.reason);
    const { promise, resolve, reject } = Promise.withResolvers<WhisperAnswer>();
    this.#request = { resolve, reject, onProgress };
    this.#expectWords();
    return promise;
  }

  #hear(message: unknown): void {
    const { data, error } = whisperMessageSchema.safeParse(message);
    if (!data) this.#end(new DestilaError('transcription_failed', { cause: error }));
    else if (data.type === 'progress') this.#progress(data.share);
    else if (data.type === 'failed') this.#end(failure(data.reason, this.#loaded));
    else this.#resolve(data.type === 'heard' ? data : { segments: [], language: null });
  }

  #progress(share: number): void {
    this.#expectWords();
    this.#request?.onProgress(share);
  }

  #expectWords(): void {
    clearTimeout(this.#silence);
    const hung = () => this.#end(new DestilaError('stage_hung', { detail: 'whisper fell silent' }));
    this.#silence = setTimeout(hung, this.#longestSilence);
  }

  #resolve(answer: WhisperAnswer): void {
    this.#loaded = true;
    this.#request?.resolve(answer);
    this.#request = undefined;
    clearTimeout(this.#silence);
  }

  /** The first reason counts. */
  #end(reason: unknown): void {
    if (this.#failure) return;
    this.#failure = { reason };
    clearTimeout(this.#silence);
    this.#signal.removeEventListener('abort', this.#abort);
    this.#request?.reject(reason);
    killGroup(this.#child);
  }
}

const CHILD_FILE = fileURLToPath(new URL('./whisper-child.ts', import.meta.url));

/** No keys; and a crash of Whisper stays on this machine, where Bun would report it to its makers. */
const CHILD_ENVIRONMENT = {
  ...programEnvironment(),
  DO_NOT_TRACK: '1',
  BUN_ENABLE_CRASH_REPORTING: '0',
  // It would start a debugger.
  GGML_NO_BACKTRACE: '1',
};

/** What C++ and ggml say when memory is refused. */
const OUT_OF_MEMORY = /bad_alloc|insufficient memory|failed to allocate|out of memory|cannot allocate memory/i;

function failure(reason: string, loaded: boolean): DestilaError {
  if (OUT_OF_MEMORY.test(reason)) return new DestilaError('transcriber_out_of_memory', { detail: reason });
  return new DestilaError(loaded ? 'transcription_failed' : 'speech_model_unusable', { detail: reason });
}

/** Who kills with SIGKILL, when we don't, is the system that has no memory left. */
function crash({ signalCode, exitCode }: Subprocess, words: string): DestilaError {
  const reason = words.replace(BUN_PANIC, '').trim().slice(-500);
  const detail = `whisper ended with ${signalCode ?? `exit code ${exitCode}`}: ${reason}`;
  const starved = signalCode === 'SIGKILL' || OUT_OF_MEMORY.test(words);
  return new DestilaError(starved ? 'transcriber_out_of_memory' : 'transcription_failed', { detail });
}

/** What Bun says of a crash in native code comes after what that code said. */
const BUN_PANIC = /^=+\r?\nBun v[\s\S]*/m;

/** The end of what a process writes to its standard error, where a crash explains itself. */
async function lastWords(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let tail = '';
  for await (const chunk of stderr) tail = (tail + decoder.decode(chunk, { stream: true })).slice(-8_000);
  return tail;
}

function killGroup(child: Subprocess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It ended a moment ago, or is no group yet.
    child.kill('SIGKILL');
  }
}
