import { becomeBun } from './run.ts';
import { buildWeb, installPackages } from './setup.ts';

await installPackages('development');
await buildWeb();
const { missingTools } = await import('../tests/native-tools.ts'); // its packages exist only from here on
const missing = await missingTools();
for (const { name, needed, remedy } of missing) console.error(`Missing: ${name}, needed ${needed}. ${remedy}`);
if (missing.length > 0 && process.env.CI) process.exit(1);
// Milliseconds: real databases, browsers and ffmpeg start slowly on a busy machine; a test that hangs still ends.
await becomeBun(['test', '--timeout', '60000', ...Bun.argv.slice(2)]);
