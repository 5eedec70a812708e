import { basename } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { readCommandOutput, secondReached } from './command-output.ts';
import type { Recognized, Recognizer, RecognizerSession, SoundWindow } from './recognizer.ts';
import { whisperLanguage } from './whisper-languages.ts';

/**
 * Runs a program to its end, without a shell; aborting the signal kills it with everything it started, and so do
 * `silenceDeadline` milliseconds without output. `stderr` is the end of what it wrote there.
 */
export type RunProgram = (
  program: string,
  args: string[],
  options: { signal: AbortSignal; silenceDeadline: number; onLine(line: string): void },
) => Promise<{ exitCode: number; stderr: string }>;

/** Seconds; a program on a plain processor hears them before it counts as hung, and a crash loses no more. */
const LONGEST_WINDOW = 300;
/** Milliseconds; a stage without progress for ten minutes counts as hung. */
const SILENCE_DEADLINE = 9 * 60_000;
const MOST_CHARACTERS = 16 * 1024 ** 2;

/**
 * Any program that is given a WAV file and prints what is said in it (see `readCommandOutput`). `{file}` and `{language}`
 * stand for the file's path and Whisper's code of the language, or `auto`; without `{file}`, the path comes last.
 * Its sessions fail with `transcriber_missing` when there is no such program, `transcription_failed`, `stage_hung`, and
 * the signal's own reason.
 */
export class CommandRecognizer implements Recognizer {
  readonly name: string;
  readonly origin = 'command';
  readonly form = 'wav';
  readonly longestWindow = LONGEST_WINDOW;
  /** Its path, or its name on the `PATH`. */
  readonly program: string;

  constructor(
    private readonly command: { program: string; args: readonly string[] },
    private readonly run: RunProgram,
  ) {
    this.program = command.program;
    this.name = basename(command.program);
  }

  async open(signal: AbortSignal): Promise<RecognizerSession> {
    return {
      recognize: (sound) => this.#recognize(sound, signal),
      async [Symbol.asyncDispose]() {},
    };
  }

  async #recognize(sound: SoundWindow, signal: AbortSignal): Promise<Recognized> {
    const printed = new PrintedLines(sound);
    const { exitCode, stderr } = await this.#start(sound, signal, printed);
    if (exitCode !== 0) {
      const detail = `${this.name} ended with exit code ${exitCode}: ${stderr.trim().slice(-500)}`;
      throw new DestilaError('transcription_failed', { detail });
    }
    sound.onProgress(sound.durationSeconds);
    return readCommandOutput(printed.text, sound.durationSeconds);
  }

  async #start(sound: SoundWindow, signal: AbortSignal, printed: PrintedLines) {
    const { program, args } = this.command;
    const onLine = (line: string) => printed.add(line);
    try {
      return await this.run(program, argumentsFor(args, sound), { signal, silenceDeadline: SILENCE_DEADLINE, onLine });
    } catch (error) {
      if (!cannotStart(error)) throw error;
      throw new DestilaError('transcriber_missing', { detail: `TRANSCRIBE_COMMAND: ${error.message}`, cause: error });
    }
  }
}

function argumentsFor(args: readonly string[], { path, language }: SoundWindow): string[] {
  const complete = args.some((argument) => argument.includes('{file}')) ? args : [...args, '{file}'];
  return complete.map((argument) =>
    argument.replaceAll('{file}', () => path).replaceAll('{language}', () => whisperLanguage(language)),
  );
}

function cannotStart(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES');
}

/** Keeps what is printed; times in it tell how far the program has come. */
class PrintedLines {
  readonly #lines: string[] = [];
  #characters = 0;
  #reached = 0;

  constructor(private readonly sound: Pick<SoundWindow, 'durationSeconds' | 'onProgress'>) {}

  get text(): string {
    return this.#lines.join('\n');
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters > MOST_CHARACTERS) {
      throw new DestilaError('transcription_failed', { detail: 'the command prints without end' });
    }
    const second = Math.min(secondReached(line) ?? 0, this.sound.durationSeconds);
    if (second <= this.#reached) return;
    this.#reached = second;
    this.sound.onProgress(second);
  }
}
