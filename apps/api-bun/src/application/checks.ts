import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { Destination } from '../destinations/destination.ts';
import type { Media } from '../media/media.ts';
import type { Summarizer } from '../summarization/summarizer.ts';
import { checkCookies } from './checks/cookies.ts';
import { checkImpersonation, checkJavascript, checkProgram, checkYtdlp } from './checks/downloads.ts';
import { checkLanguageModel } from './checks/language-model.ts';
import { type ChosenRecognizer, checkSpeechCommand, checkSpeechModel, checkSpeechServer } from './checks/speech.ts';
import { checkDatabase, checkDisk, checkNotes, checkNotion } from './checks/storage.ts';
import type { Checks } from './examine.ts';

export interface Installation {
  config: Pick<Config, 'YTDLP_PATH' | 'YTDLP_COOKIES' | 'YTDLP_IMPERSONATE'>;
  database: Database;
  media: Pick<Media, 'programs' | 'ytdlpProgram' | 'models' | 'dataDir'>;
  /** Null where only captions are read. */
  recognizer: ChosenRecognizer | null;
  /** What writes for whoever runs it; looked for when it is asked about. */
  summarizer: () => Promise<Summarizer>;
  /** Where the notes of whoever runs it go. */
  destination: () => Promise<Destination>;
  notesDir: string;
}

/** What this installation depends on. */
export function createChecks({
  config,
  database,
  media,
  recognizer,
  summarizer,
  destination,
  notesDir,
}: Installation): Checks {
  const { programs, ytdlpProgram, models, dataDir } = media;
  const { YTDLP_PATH: ytdlpPath, YTDLP_COOKIES: cookies, YTDLP_IMPERSONATE: browser } = config;
  return [
    ['database', () => checkDatabase(database)],
    ['disk', () => checkDisk(dataDir)],
    ['ytdlp', () => checkYtdlp(ytdlpProgram, ytdlpPath, new Date())],
    ['javascript', () => checkJavascript(ytdlpProgram)],
    ['cookies', () => checkCookies(cookies, new Date())],
    ['impersonation', () => checkImpersonation(ytdlpProgram, browser)],
    ['ffmpeg', () => checkProgram(programs.ffmpeg, 'ffmpeg_absent')],
    ['ffprobe', () => checkProgram(programs.ffprobe, 'ffprobe_absent')],
    ['speech_model', () => checkSpeechModel(recognizer, models)],
    ['speech_server', (signal) => checkSpeechServer(recognizer, signal)],
    ['speech_command', () => checkSpeechCommand(recognizer, programs.environment.PATH)],
    ['language_model', async (signal) => checkLanguageModel(await summarizer(), signal)],
    ['notes', async (signal) => checkNotes(await destination(), notesDir, signal)],
    ['notion', async (signal) => checkNotion(await destination(), signal)],
  ];
}
