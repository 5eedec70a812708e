import { join } from 'node:path';
import { $ } from 'bun';
import { programEnvironment } from '../../apps/api-bun/src/config.ts';
import { findMediaPrograms } from '../../apps/api-bun/src/media/media-programs.ts';

/** Debian's own: whichever comes first on PATH may know nothing of Debian's packages. */
const PYTHON = '/usr/bin/python3';
const PACKAGES =
  'flite pocketsphinx pocketsphinx-en-us python3-pocketsphinx python3-fastapi python3-uvicorn python3-multipart';

export const SPEECH_REMEDY = `On Debian: apt-get install ${PACKAGES}`;

/** What speaks and hears real words in the tests, and is not there. */
export async function missingSpeechTools(): Promise<string[]> {
  const programs = ['flite', 'pocketsphinx_continuous'].filter((name) => Bun.which(name) === null);
  const modules = 'import fastapi, multipart, pocketsphinx, uvicorn';
  const { exitCode } = await $`${PYTHON} -c ${modules}`.nothrow().quiet();
  return exitCode === 0 ? programs : [...programs, "FastAPI and pocketsphinx for Debian's Python"];
}

export interface Speech {
  /** 16 kHz, mono. */
  wav: string;
  /** Ogg with Opus, 24 kbit/s. */
  opus: string;
  durationSeconds: number;
}

/** Has a voice say both sentences, two seconds apart, into files of that folder. */
export async function saySentences(folder: string, first: string, second: string): Promise<Speech> {
  const ffmpeg = await requireFfmpeg();
  const path = (name: string) => join(folder, name);
  await $`flite -voice slt -t ${first} -o ${path('first.wav')}`.quiet();
  await $`flite -voice slt -t ${second} -o ${path('second.wav')}`.quiet();
  const silence = ['-f', 'lavfi', '-t', '2', '-i', 'anullsrc=r=16000:cl=mono'];
  const inputs = ['-i', path('first.wav'), ...silence, '-i', path('second.wav')];
  const speech = { wav: path('speech.wav'), opus: path('speech.ogg') };
  await $`${ffmpeg} -v error ${inputs} -filter_complex concat=n=3:v=0:a=1 -ar 16000 -ac 1 ${speech.wav}`.quiet();
  await $`${ffmpeg} -v error -i ${speech.wav} -c:a libopus -b:a 24k ${speech.opus}`.quiet();
  return { ...speech, durationSeconds: Bun.file(speech.wav).size / (16_000 * 2) };
}

/** The command that hears words in a WAV and prints them as SubRip. */
export const HEARING_COMMAND = `${PYTHON} -B ${join(import.meta.dir, 'hear.py')} {file}`;

/** Starts the FastAPI server and waits until it answers. `stop` ends it. */
export async function startFastapi(port: number, key: string): Promise<{ url: string; stop(): Promise<void> }> {
  const command = [PYTHON, '-B', join(import.meta.dir, 'server.py'), String(port), await requireFfmpeg(), key];
  const server = Bun.spawn(command, { stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' });
  const words = new Response(server.stderr).text();
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (server.exitCode !== null) throw new Error(`the speech server ended with ${server.exitCode}: ${await words}`);
    await Bun.sleep(50);
  }
  return {
    url,
    async stop() {
      server.kill('SIGKILL');
      await server.exited;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return await fetch(`${url}/health`).then(
    (response) => response.ok,
    () => false,
  );
}

async function requireFfmpeg(): Promise<string> {
  const { ffmpeg } = await findMediaPrograms({}, programEnvironment());
  if (!ffmpeg) throw new Error('ffmpeg is missing');
  return ffmpeg.path;
}
