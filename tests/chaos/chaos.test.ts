import { expect, test } from 'bun:test';
import { join } from 'node:path';

test('no job is lost or done twice while workers, network and database are hurt (`bun run chaos` does so for longer)', async () => {
  const run = Bun.spawn([process.execPath, join(import.meta.dir, 'run.ts'), '--seconds', '12', '--jobs', '60'], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [report, complaints, exitCode] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
    run.exited,
  ]);
  expect(exitCode, `${report}${complaints}`).toBe(0);
}, 180_000);
