import { type Config, ConfigError } from '../config.ts';
import { CommandRecognizer, type RunProgram } from './command-recognizer.ts';
import type { Recognizer } from './recognizer.ts';
import { SpeechServer } from './speech-server.ts';

type RecognizerConfig = Pick<
  Config,
  'TRANSCRIBER' | 'SPEECH_BASE_URL' | 'SPEECH_API_KEY' | 'SPEECH_MODEL' | 'TRANSCRIBE_COMMAND' | 'OPENAI_API_KEY'
>;

export interface RecognizerTools {
  run: RunProgram;
  /** Whisper on this machine; null when it cannot be had. */
  localWhisper(): Recognizer | null;
}

/**
 * What hears words as `TRANSCRIBER` says; null when only captions are to be read. With `auto`, what the operator has
 * named: a speech server, else a command, else Whisper on this machine.
 * @throws {ConfigError} when what it says lacks a key or a command.
 */
export function chooseRecognizer(config: RecognizerConfig, tools: RecognizerTools): Recognizer | null {
  const choice = config.TRANSCRIBER === 'auto' ? automaticChoice(config) : config.TRANSCRIBER;
  switch (choice) {
    case 'openai':
      return openSpeechServer(config);
    case 'command':
      return openCommand(config, tools.run);
    case 'whisper':
      return tools.localWhisper();
    case 'none':
      return null;
  }
}

function automaticChoice(config: RecognizerConfig) {
  if (config.SPEECH_BASE_URL) return 'openai';
  if (config.TRANSCRIBE_COMMAND) return 'command';
  return 'whisper';
}

const OPENAI_URL = 'https://api.openai.com/v1';

/** OpenAI's key goes to OpenAI alone; other servers mostly want none. */
function openSpeechServer(config: RecognizerConfig): SpeechServer {
  const baseUrl = config.SPEECH_BASE_URL ?? OPENAI_URL;
  const isOpenai = new URL(baseUrl).origin === new URL(OPENAI_URL).origin;
  const apiKey = config.SPEECH_API_KEY ?? (isOpenai ? config.OPENAI_API_KEY : undefined);
  if (isOpenai && apiKey === undefined) throw wrong('transcription by OpenAI needs SPEECH_API_KEY or OPENAI_API_KEY');
  return new SpeechServer({ baseUrl, apiKey, model: config.SPEECH_MODEL });
}

function openCommand({ TRANSCRIBE_COMMAND }: RecognizerConfig, run: RunProgram): CommandRecognizer {
  const [program, ...args] = TRANSCRIBE_COMMAND ?? [];
  if (program === undefined) throw wrong('TRANSCRIBER=command needs TRANSCRIBE_COMMAND');
  return new CommandRecognizer({ program, args }, run);
}

function wrong(problem: string): ConfigError {
  return new ConfigError([problem]);
}
