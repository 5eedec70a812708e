import { becomeBun } from './run.ts';
import { installPackages } from './setup.ts';

await installPackages('development');
await becomeBun(['tests/exactly-once/run.ts', ...Bun.argv.slice(2)]);
