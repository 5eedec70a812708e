import { join } from 'node:path';
import { installPackages, ROOT } from './setup.ts';

interface Check {
  name: string;
  /** Arguments for Bun. */
  command: string[];
  folder?: string;
}

const run = (...command: string[]) => ['--bun', 'x', ...command];
const CHECKS: Check[] = [
  {
    name: 'types of the web app',
    command: run('astro-check', '--minimumFailingSeverity', 'warning'),
    folder: 'apps/web',
  },
  { name: 'types of the API', command: run('tsc', '-p', 'apps/api-bun') },
  { name: 'types of the contracts', command: run('tsc', '-p', 'packages/contracts') },
  { name: 'types of scripts and tests', command: run('tsc', '-p', '.') },
  { name: 'lint and format', command: run('biome', 'check', '--error-on-warnings') },
  { name: 'unused code', command: run('knip') },
  { name: 'architecture', command: ['test', 'tests/architecture.test.ts'] },
  { name: 'schema.sql', command: ['scripts/schema.ts', '--check'] },
  { name: 'schemas of the Notion server', command: ['tests/notion-server/generate-schemas.ts', '--check'] },
];

await installPackages('development');
const waiting = [...CHECKS];
let failed = 0;
await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, work));
console.log(`\n${CHECKS.length - failed} checks passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function work(): Promise<void> {
  for (let check = waiting.shift(); check; check = waiting.shift()) await perform(check);
}

async function perform({ name, command, folder = '.' }: Check): Promise<void> {
  const started = Bun.nanoseconds();
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: join(ROOT, folder),
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const seconds = ((Bun.nanoseconds() - started) / 1e9).toFixed(1).padStart(5);
  console.log(`${exitCode === 0 ? '✓' : '✗'} ${seconds} s  ${name}`);
  if (exitCode === 0) return;
  failed += 1;
  console.log(`${stdout}${stderr}`);
}
