import { expect, test } from 'bun:test';
import { DestilaError } from '@destila/contracts';
import { run } from '../media/child-process.ts';
import { CommandRecognizer, type RunProgram } from './command-recognizer.ts';
import type { SoundWindow } from './recognizer.ts';

const runProgram: RunProgram = (program, args, options) => run(program, args, { ...options, environment: process.env });

interface Command {
  program: string;
  args: string[];
}
function shell(script: string, ...args: string[]): Command {
  return { program: '/bin/sh', args: ['-c', script, 'sh', ...args] };
}

async function recognize(command: Command, sound: Partial<SoundWindow> = {}, signal = AbortSignal.timeout(30_000)) {
  await using session = await new CommandRecognizer(command, runProgram).open(signal);
  return await session.recognize({
    path: '/sound/of a window.wav',
    durationSeconds: 60,
    language: null,
    onProgress() {},
    ...sound,
  });
}

async function failure(command: Command): Promise<DestilaError> {
  const error = await recognize(command).catch((error) => error);
  expect(error).toBeInstanceOf(DestilaError);
  return error;
}

async function wordsOf(command: Command, sound: Partial<SoundWindow> = {}): Promise<string> {
  return (await recognize(command, sound)).segments.map(({ text }) => text).join(' ');
}

test('the file and the language stand where the operator wrote them, and no shell reads them', async () => {
  const echo = (...args: string[]) => ({ program: '/bin/echo', args });
  expect(await wordsOf(echo('said', '{language}', '--in={file}'), { language: 'es-419' })).toBe(
    'said es --in=/sound/of a window.wav',
  );
  expect(await wordsOf(echo('said', '{language}'), { path: '/$(id)/$&.wav' })).toBe('said auto /$(id)/$&.wav');
});

test('times that are printed tell how far it has come, and the end that all is done', async () => {
  const progress: number[] = [];
  const script =
    "printf '[00:00.000 --> 00:07.000] one\\n[00:07.000 --> 09:00.000] two\\n[00:08.000 --> 00:09.000] three\\n'";
  const { segments } = await recognize(shell(script), { onProgress: (seconds) => progress.push(seconds) });
  expect(segments.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  expect(progress).toEqual([7, 60, 60]);
});

test('what it says on standard error is no transcript, but explains a failure', async () => {
  expect(await wordsOf(shell('echo words; echo loading >&2'))).toBe('words');
  const error = await failure(shell('echo words; echo out of memory >&2; exit 3'));
  expect(error).toMatchObject({
    code: 'transcription_failed',
    detail: 'sh ended with exit code 3: out of memory',
    retry: 'transient',
  });
});

test('a program that is not there, or that may not be run', async () => {
  const missing = await failure({ program: 'no-such-recogniser', args: [] });
  expect(missing).toMatchObject({ code: 'transcriber_missing' });
  expect(missing.detail).toContain('no-such-recogniser');
  expect((await failure({ program: import.meta.path, args: [] })).code).toBe('transcriber_missing');
});

test('a program that prints without end is stopped', async () => {
  expect((await failure({ program: 'yes', args: ['words'.repeat(100)] })).code).toBe('transcription_failed');
});

test('cancelling ends it at once, with the reason of whoever cancelled', async () => {
  const cancel = new AbortController();
  const script = 'echo "00:00.000 --> 00:05.000"; exec sleep 600';
  const onProgress = () => cancel.abort(new Error('cancelled by the person'));
  await expect(recognize(shell(script), { onProgress }, cancel.signal)).rejects.toThrow('cancelled by the person');
});
