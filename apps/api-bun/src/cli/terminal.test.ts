import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';
import { LOCAL_USER } from '../database/users.ts';
import { processInTerminal } from './terminal.ts';

const SAMPLE = join(import.meta.dir, '../../../../examples/la-luna-y-las-mareas.mp4');

let site: TestDestila;
let written: string;
beforeEach(async () => {
  site = await startTestDestila('pglite');
  written = '';
});
afterEach(() => site[Symbol.asyncDispose]());

function run(sources: string[], isTTY: boolean): Promise<number> {
  const screen = {
    isTTY,
    columns: 80,
    write(text: string) {
      written += text;
    },
  };
  return processInTerminal(site.destila.services, LOCAL_USER, sources, screen, 'es');
}

test('in a pipe, a file named on the command line becomes plain lines, its summary and the editor’s link', async () => {
  expect(await run([SAMPLE], false)).toBe(0);
  expect(written).toContain('# La Luna y las mareas\n');
  expect(written).toMatch(/- 0:18 La Luna atrae con más fuerza/);
  expect(written).toMatch(/✓ Listo para revisar: http:\/\/localhost:\d+\/jobs\/[0-9a-f-]{36}/);
  expect(written).not.toContain('\x1b');
});

test('on a terminal, each job has a bar that is redrawn in place and fits the window', async () => {
  expect(await run([SAMPLE], true)).toBe(0);
  const rows = written.split('\n').filter((line) => line.includes('░'));
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect([...(row.split('\x1b[J').at(-1) ?? '')].length).toBeLessThan(80);
  expect(written).toContain('\x1b[1A\x1b[J');
});

test('the same file again is not processed again, but shown', async () => {
  await run([SAMPLE], false);
  written = '';
  expect(await run([SAMPLE], false)).toBe(0);
  expect(written).toContain('✓ Listo para revisar');
  expect(await site.destila.services.database.query('select id from processing_jobs')).toHaveLength(1);
});

test('what cannot be processed says why, and counts', async () => {
  expect(await run(['/nowhere/a.mp4', 'http://127.0.0.1/a.mp4', 'file:///etc/passwd'], false)).toBe(3);
  expect(written).toContain('/nowhere/a.mp4: No existe ese archivo.');
  expect(written).toContain('http://127.0.0.1/a.mp4: Esa dirección apunta a una red privada.');
  expect(written).toContain('file:///etc/passwd: Eso no es una dirección web válida.');
});
