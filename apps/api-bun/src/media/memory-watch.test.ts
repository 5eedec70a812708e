import { describe, expect, test } from 'bun:test';
import { programEnvironment } from '../config.ts';
import { run } from './child-process.ts';

const MIB = 1024 ** 2;
/** Takes 10 MB after the other, for as long as it is let. */
const HUNGRY = 'const held = []; setInterval(() => held.push(Buffer.alloc(10_000_000, 1)), 5)';
const MODEST = 'setTimeout(() => console.log("done"), 1_200)';

function start(command: string, args: string[]) {
  const options = { environment: programEnvironment(), silenceDeadline: 20_000, memoryLimit: 400 * MIB };
  return run(command, args, { ...options, signal: AbortSignal.timeout(20_000) });
}

describe.if(process.platform === 'linux')('a program with a limit of memory', () => {
  test('is stopped beyond it, and the reason said', async () => {
    await expect(start(process.execPath, ['-e', HUNGRY])).rejects.toMatchObject({ code: 'source_too_heavy' });
  });

  test('answers for what it starts', async () => {
    const through = ['-c', '"$0" -e "$1"; true', process.execPath, HUNGRY];
    await expect(start('/bin/sh', through)).rejects.toMatchObject({ code: 'source_too_heavy' });
  });

  test('runs to its end below it', async () => {
    expect(await start(process.execPath, ['-e', MODEST])).toMatchObject({ exitCode: 0, stdout: 'done\n' });
  });
});
