import { expect, test } from 'bun:test';
import { join } from 'node:path';

test('every note is one whole page although Notion fails and processes die (`bun run exactly-once` does so for 500)', async () => {
  const run = Bun.spawn([process.execPath, join(import.meta.dir, 'run.ts'), '--saves', '40'], {
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
