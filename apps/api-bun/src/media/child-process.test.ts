import { describe, expect, test } from 'bun:test';
import { programEnvironment } from '../config.ts';
import { run } from './child-process.ts';

const options = { environment: programEnvironment(), silenceDeadline: 10_000, signal: AbortSignal.timeout(20_000) };

/** A program that starts another one, tells its process id, and waits. */
const PARENT = 'sleep 60 & echo $!; wait';

async function isAlive(pid: number): Promise<boolean> {
  // A killed process stays a zombie until its parent, which is init here, has collected it.
  const status = await Bun.file(`/proc/${pid}/stat`)
    .text()
    .catch(() => '');
  return status !== '' && !/\) [ZX] /.test(status);
}

async function dies(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && (await isAlive(pid)); attempt++) await Bun.sleep(20);
  return !(await isAlive(pid));
}

describe('a program we run', () => {
  test('gives its output, the end of its errors and its exit code', async () => {
    const result = await run('sh', ['-c', 'echo out; echo err >&2; exit 3'], options);
    expect(result).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  test('gives its arguments to nobody but the program', async () => {
    const { stdout } = await run('printf', ['%s|', '$(echo no)', '; rm -rf x', '"'], options);
    expect(stdout).toBe('$(echo no)|; rm -rf x|"|');
  });

  test('tells its lines as they come, however they end', async () => {
    const lines: string[] = [];
    const { stdout } = await run('printf', ['a\\r\\nb\\rc\\nd'], { ...options, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['a', 'b', 'c', 'd']);
    expect(stdout).toBe('');
  });

  test('sees only the environment it is given', async () => {
    const environment = programEnvironment({
      ...process.env,
      OPENAI_API_KEY: 'secret',
      no_proxy: '*',
      HTTP_PROXY: 'x',
    });
    const { stdout } = await run('env', [], { ...options, environment });
    expect(stdout).not.toMatch(/secret|proxy/i);
    expect(stdout).toContain('PATH=');
  });

  test('dies with everything it started when the signal aborts', async () => {
    const controller = new AbortController();
    const child = Promise.withResolvers<number>();
    const onLine = (line: string) => child.resolve(Number(line));
    const running = run('sh', ['-c', PARENT], { ...options, signal: controller.signal, onLine });
    const pid = await child.promise;
    expect(await isAlive(pid)).toBe(true);
    controller.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    expect(await dies(pid)).toBe(true);
  });

  test('is killed as hung when it falls silent, not while it still speaks', async () => {
    const silent = run('sleep', ['60'], { ...options, silenceDeadline: 100 });
    await expect(silent).rejects.toMatchObject({ code: 'stage_hung' });
    const speaking = 'for i in 1 2 3 4 5; do echo $i >&2; sleep 0.1; done';
    expect((await run('sh', ['-c', speaking], { ...options, silenceDeadline: 400 })).exitCode).toBe(0);
  });

  test('is not started after the signal has aborted, and says when it does not exist', async () => {
    await expect(run('true', [], { ...options, signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
    await expect(run('no-such-program', [], options)).rejects.toThrow();
  });

  test('keeps no more of its errors than the end', async () => {
    const { stderr } = await run('sh', ['-c', 'yes error | head -c 100000 >&2; echo last >&2'], options);
    expect(stderr.length).toBeLessThan(10_000);
    expect(stderr).toEndWith('last\n');
  });
});
