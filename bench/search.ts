import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../apps/api-bun/src/database/database.ts';
import { migrate } from '../apps/api-bun/src/database/migrate.ts';
import { openPglite } from '../apps/api-bun/src/database/pglite.ts';
import { connectPostgres } from '../apps/api-bun/src/database/postgres.ts';
import { offlineEmbedder } from '../apps/api-bun/src/search/offline-embedder.ts';
import { machine, table } from './measure/report.ts';
import { addPerson } from './search/library.ts';
import { measureQuality } from './search/quality.ts';
import { measureScale } from './search/scale.ts';

// How well a search finds what answers a question, and how fast in a large library: on the embedded database, or on an empty
// Postgres with pgvector whose address is given.

const options = process.argv.slice(2);
const chunks = options.includes('--small') ? 20_000 : 100_000;
const url = options.find((option) => option.startsWith('postgres'));
const folder = await mkdtemp(join(tmpdir(), 'destila-bench-'));
const database: Database = url ? connectPostgres(url, () => {}) : await openPglite({ folder });
using embedder = offlineEmbedder();
try {
  console.log(`${machine()}\n${url ? 'PostgreSQL' : 'the embedded database'}\n`);
  await migrate(database);
  await reportQuality();
  await reportReading();
  await reportScale();
} finally {
  await database.close();
  await rm(folder, { recursive: true, force: true });
}

async function reportQuality(): Promise<void> {
  const measured = await measureQuality(database, embedder, await addPerson(database));
  const rows = measured.map(({ language, kind, way, questions, first, amongThree, reciprocalRank }) => [
    `${language}, ${kind}: ${way}`,
    String(questions),
    percent(first),
    percent(amongThree),
    reciprocalRank.toFixed(2),
  ]);
  console.log(`${table(['', 'questions', 'first', 'among three', 'MRR'], rows)}\n`);
}

/** What indexing takes where the model is this machine. */
async function reportReading(): Promise<void> {
  const text = 'The Moon pulls the water of the oceans towards it, and where it is high it is called a tide. '.repeat(
    10,
  );
  const signal = new AbortController().signal;
  await embedder.embed([text], 'passage', signal);
  const started = performance.now();
  await embedder.embed(
    Array.from({ length: 64 }, (_, index) => `${index} ${text}`),
    'passage',
    signal,
  );
  console.log(`offline model: ${(64_000 / (performance.now() - started)).toFixed(1)} chunks/s\n`);
}

async function reportScale(): Promise<void> {
  const scale = await measureScale(database, await addPerson(database), chunks);
  const rates = [
    ['into the index of words', scale.words],
    ['vectors, the index made afterwards', scale.vectorsAtOnce],
    ['vectors, note by note into a full index', scale.vectorsByNote],
  ] as const;
  console.log(`${scale.chunks} chunks\n`);
  console.log(
    `${table(
      ['', 'chunks/s'],
      rates.map(([name, rate]) => [name, rate.toFixed(0)]),
    )}\n`,
  );
  const rows = scale.searches.map(({ name, p50, p95 }) => [name, p50.toFixed(1), p95.toFixed(1)]);
  console.log(`${table(['', 'p50, ms', 'p95, ms'], rows)}\n`);
  const recall = scale.recall.map(({ name, share }) => [name, share.toFixed(3)]);
  console.log(table(['', 'recall@10'], recall));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
