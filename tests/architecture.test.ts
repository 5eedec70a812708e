import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { violations } from './architecture.ts';

const ROOT = join(import.meta.dir, '..');
const SOURCES = new Bun.Glob('*/*/src/**/*.{ts,tsx,astro}');

test('every file keeps to the directions of ARCHITECTURE.md', async () => {
  const paths = [...SOURCES.scanSync(ROOT)];
  expect(paths.length).toBeGreaterThan(10);
  const broken = await Promise.all(
    paths.map(async (path) => violations(path, await Bun.file(join(ROOT, path)).text())),
  );
  expect(broken.flat()).toEqual([]);
});

describe('the rules see', () => {
  const WRONG: [rule: string, path: string, source: string][] = [
    ['an import upwards', 'apps/api-bun/src/queue/claim.ts', "import { save } from '../application/save-job.ts';"],
    ['an import of a neighbour', 'apps/api-bun/src/media/probe.ts', "import { open } from '../database/pglite.ts';"],
    [
      'an import for its type alone',
      'apps/api-bun/src/database/jobs.ts',
      "import type { Queue } from '../queue/queue.ts';",
    ],
    ['an import inside a type', 'apps/api-bun/src/database/jobs.ts', "type Q = import('../queue/queue.ts').Queue;"],
    ['a dynamic import', 'apps/api-bun/src/database/jobs.ts', "await import('../queue/queue.ts');"],
    ['a re-export', 'apps/api-bun/src/database/jobs.ts', "export * from '../queue/queue.ts';"],
    ['an import of where processes begin', 'apps/api-bun/src/http/app.ts', "import { compose } from '../compose.ts';"],
    ['a test imported by the product', 'apps/api-bun/src/main.ts', "import '../../../tests/databases.ts';"],
    ['the API in the web as a value', 'apps/web/src/lib/api.ts', "import { app } from '@destila/api-bun/app-type';"],
    [
      'the insides of the API in the web',
      'apps/web/src/lib/api.ts',
      "import type { A } from '../../../api-bun/src/main.ts';",
    ],
    [
      'an import of an Astro page',
      'apps/web/src/pages/a.astro',
      "---\nimport { a } from '../../../api-bun/src/a.ts';\n---\n<p/>",
    ],
    ['I/O in the contracts', 'packages/contracts/src/job.ts', "import { readFile } from 'node:fs/promises';"],
    ['the environment outside config.ts', 'apps/api-bun/src/http/app.ts', 'const port = process.env.PORT;'],
    ['SQL outside queue and database', 'apps/api-bun/src/http/app.ts', 'const query = `select * from t where id = 1`;'],
    ['an update outside queue and database', 'apps/api-bun/src/cli/doctor.ts', "run('update jobs set status = 1');"],
  ];
  test.each(WRONG)('%s', (_rule, path, source) => {
    expect(violations(path, source)).toHaveLength(1);
  });
});

describe('the rules allow', () => {
  const RIGHT: [rule: string, path: string, source: string][] = [
    ['an import downwards', 'apps/api-bun/src/stages/download.ts', "import { probe } from '../media/probe.ts';"],
    ['settings to anybody', 'apps/api-bun/src/media/probe.ts', "import type { Config } from '../config.ts';"],
    ["the API's type to the web", 'apps/web/src/lib/api.ts', "import type { App } from '@destila/api-bun/app-type';"],
    [
      'a sentence that begins like SQL',
      'apps/api-bun/src/http/app.ts',
      "const hint = 'Select a video, or update yt-dlp and retry.';",
    ],
    ['a test whatever it needs', 'apps/api-bun/src/queue/a.test.ts', "import '../../../../tests/databases.ts';"],
  ];
  test.each(RIGHT)('%s', (_rule, path, source) => {
    expect(violations(path, source)).toEqual([]);
  });
});
