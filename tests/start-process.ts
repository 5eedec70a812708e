import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { NOTHING_FETCHED } from './nothing-fetched.ts';

const MAIN = join(import.meta.dir, '../apps/api-bun/src/main.ts');

export interface DestilaProcess {
  readonly url: string;
  readonly child: Bun.Subprocess<'ignore', 'pipe', 'pipe'>;
  /** What it has written to each stream, complete once it has ended. */
  readonly stdout: Promise<string>;
  readonly stderr: Promise<string>;
  api(path: string, init?: RequestInit): Promise<Response>;
  /** SIGKILL, and wait for its end. */
  kill(): Promise<void>;
}

/** Starts Destila as a process of its own, as `start` does, and waits until it answers. */
export async function startProcess(environment: Record<string, string>, args: string[] = []): Promise<DestilaProcess> {
  const port = freePort();
  const child = Bun.spawn([process.execPath, MAIN, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LLM: 'extractive',
      PORT: String(port),
      ...NOTHING_FETCHED,
      ...environment,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const stdout = new Response(child.stdout).text();
  const stderr = new Response(child.stderr).text();
  const url = `http://localhost:${port}`;
  const isUp = () =>
    fetch(`${url}/api/health`).then(
      (response) => response.ok,
      () => false,
    );
  while (!(await isUp())) {
    if (child.exitCode !== null) throw new Error(`Destila ended with ${child.exitCode}: ${await stderr}`);
    await Bun.sleep(50);
  }
  return {
    url,
    child,
    stdout,
    stderr,
    api: (path, init) => fetch(`${url}/api${path}`, init),
    async kill() {
      child.kill('SIGKILL');
      await child.exited;
    },
  };
}
