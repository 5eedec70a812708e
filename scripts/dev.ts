import { watch } from 'node:fs';
import { join } from 'node:path';
import { becomeBun } from './run.ts';
import { buildWeb, installPackages, ROOT } from './setup.ts';

let timer: Timer | undefined;
let building = Promise.resolve(0);

// The API serves the built web app, as it does for everybody else: one origin, the same headers, no proxy between.
await installPackages('development');
await buildWeb();
for (const folder of ['apps/web/src', 'packages/contracts/src']) {
  watch(join(ROOT, folder), { recursive: true }, rebuildSoon);
}
await becomeBun(['--watch', '--no-clear-screen', 'apps/api-bun/src/main.ts', ...Bun.argv.slice(2)]);

/** An editor writes several files at once: the build waits until it is quiet, and for the build before it. */
function rebuildSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    building = building.then(rebuild);
  }, 200);
}

/** In a process of its own, since set-up ends its process when the build fails. */
function rebuild(): Promise<number> {
  return Bun.spawn([process.execPath, 'scripts/setup.ts'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })
    .exited;
}
