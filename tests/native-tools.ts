import { existsSync } from 'node:fs';
import { $ } from 'bun';
import { missingBrowserLibraries } from './browser.ts';
import { YTDLP, YTDLP_REMEDY } from './outside/real-ytdlp.ts';
import { PGBOUNCER } from './pgbouncer.ts';
import { missingSpeechTools, SPEECH_REMEDY } from './speech/speech-tools.ts';

/** Something of the operating system's that a test needs and that npm cannot bring. */
export interface MissingTool {
  /** A shared library or a program. */
  name: string;
  /** What for, to follow "needed". */
  needed: string;
  /** A sentence: the command that installs it. */
  remedy: string;
}

/** What the tests will miss on this machine; unpacks the browser, so that no test has to wait for it. */
export async function missingTools(): Promise<MissingTool[]> {
  const browser = (await missingBrowserLibraries()).map((name) => ({
    name,
    needed: 'by Chromium in the browser tests',
    remedy: 'On Debian or Ubuntu: apt-get install chromium',
  }));
  const speech = (await missingSpeechTools()).map((name) => ({
    name,
    needed: 'to speak and hear real words (those tests are skipped)',
    remedy: SPEECH_REMEDY,
  }));
  return [...browser, ...(await missingWhisperLibraries()), ...missingPooler(), ...missingYtdlp(), ...speech];
}

function missingPooler(): MissingTool[] {
  if (PGBOUNCER) return [];
  const remedy = 'On Debian or Ubuntu: apt-get install pgbouncer';
  return [{ name: 'pgbouncer', needed: 'to test the queue behind a pooler (those tests are skipped)', remedy }];
}

function missingYtdlp(): MissingTool[] {
  if (YTDLP) return [];
  return [{ name: 'yt-dlp', needed: 'to read pages as it does (those tests are skipped)', remedy: YTDLP_REMEDY }];
}

async function missingWhisperLibraries(): Promise<MissingTool[]> {
  if (process.platform !== 'linux' || (await knownToLinker('libgomp.so.1'))) return [];
  const remedy = 'On Debian or Ubuntu: apt-get install libgomp1';
  return [{ name: 'libgomp.so.1', needed: 'by Whisper, the local speech recognition', remedy }];
}

async function knownToLinker(library: string): Promise<boolean> {
  const ldconfig = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find(existsSync) ?? 'ldconfig';
  return (await $`${ldconfig} -p`.nothrow().quiet().text()).includes(library);
}
