import { becomeBun } from './run.ts';
import { installPackages } from './setup.ts';

const [name, ...options] = Bun.argv.slice(2);

await installPackages('production');
await becomeBun([`apps/api-bun/src/cli/${name}.ts`, ...options]);
