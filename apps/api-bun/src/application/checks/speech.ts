import { type Finding, finding } from '@destila/contracts';
import type { WhisperModels } from '../../media/whisper-models.ts';
import { CommandRecognizer } from '../../transcription/command-recognizer.ts';
import type { Recognizer } from '../../transcription/recognizer.ts';
import { SpeechServer } from '../../transcription/speech-server.ts';
import { askForModel } from './language-model.ts';

/** What the doctor needs to know of whatever hears the words. */
export type ChosenRecognizer = Pick<Recognizer, 'origin' | 'name'>;

const MB = 1e6;

export async function checkSpeechModel(recognizer: ChosenRecognizer | null, models: WhisperModels): Promise<Finding> {
  if (!recognizer) return finding('captions_only', {});
  if (recognizer.origin !== 'whisper') return finding('speech_model_unused', { transcriber: recognizer.name });
  const { name: model, path, present, size } = await models.state();
  if (present) return finding('speech_model_ready', { model, path });
  if (size === null) return finding('speech_model_unreadable', { path });
  return finding('speech_model_on_demand', { model, megabytes: size / MB });
}

export async function checkSpeechServer(recognizer: ChosenRecognizer | null, signal: AbortSignal): Promise<Finding> {
  if (!(recognizer instanceof SpeechServer)) return finding('speech_server_unused', {});
  const { probe } = recognizer;
  const host = new URL(probe.url).host;
  const model = probe.modelId;
  const answer = await askForModel(probe, signal);
  switch (answer.is) {
    case 'known':
      return finding('speech_server_answers', { host, model });
    case 'unknown':
      return finding('speech_server_lacks_model', { host, model });
    case 'refused':
      return finding('speech_server_refuses', { host });
    case 'away':
      return finding('speech_server_away', { host, reason: answer.reason });
  }
}

/** @param searchPath the folders of programs, as `PATH` has them */
export async function checkSpeechCommand(
  recognizer: ChosenRecognizer | null,
  searchPath: string | undefined,
): Promise<Finding | null> {
  if (!(recognizer instanceof CommandRecognizer)) return null;
  const { program } = recognizer;
  const path = Bun.which(program, { PATH: searchPath ?? '' });
  return path ? finding('speech_command_found', { path }) : finding('speech_command_absent', { program });
}
