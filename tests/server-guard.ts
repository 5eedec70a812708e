import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

/**
 * Sees to it that a server ends, and its folder goes, with this process, however that ends: `bun test` runs no exit handlers.
 * Call what it answers with the server, and again with each one that takes its place.
 */
export function guardServer(folder: string): (server: ChildProcess) => void {
  const guard = spawn(process.execPath, [import.meta.path, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  return (server) => {
    guard.stdin.write(`${server.pid}\n`);
  };
}

/** The guard: its input, a line for each server, ends when the process that holds the other end is gone. */
if (import.meta.main) {
  const last = Number((await Bun.stdin.text()).trim().split('\n').at(-1));
  try {
    if (last > 0) process.kill(last, 'SIGKILL');
  } finally {
    rmSync(process.argv[2] ?? '', { recursive: true, force: true, maxRetries: 10 });
  }
}
