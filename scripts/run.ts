import { ROOT } from './setup.ts';

/** Runs Bun with the arguments in the repository's root, on this terminal, and ends this process with its exit code. */
export async function becomeBun(command: string[]): Promise<never> {
  const child = Bun.spawn([process.execPath, ...command], { cwd: ROOT, stdio: ['inherit', 'inherit', 'inherit'] });
  process.exit(await child.exited);
}
