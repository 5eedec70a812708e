import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';

// Writes `schemas.json`: the official client's types of requests and answers as JSON Schema. With `--check` it only says whether
// the file is up to date.

const OUTPUT = join(import.meta.dir, 'schemas.json');

const schema = createGenerator({
  path: join(import.meta.dir, 'request-types.ts'),
  tsconfig: join(import.meta.dir, '../../tsconfig.json'),
  type: '*',
  additionalProperties: false,
  // Types that the client does not export are named too, instead of written out wherever they occur.
  expose: 'all',
  // The types are checked with all others.
  skipTypeCheck: true,
}).createSchema('*');
const text = `${JSON.stringify(schema)}\n`;

if (!Bun.argv.includes('--check')) {
  await Bun.write(OUTPUT, text);
} else if (text !== (await Bun.file(OUTPUT).text())) {
  console.error(
    'tests/notion-server/schemas.json is older than the client: run `bun tests/notion-server/generate-schemas.ts`.',
  );
  process.exit(1);
}
