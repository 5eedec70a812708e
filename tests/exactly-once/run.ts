import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Database } from '../../apps/api-bun/src/database/database.ts';
import { migrate } from '../../apps/api-bun/src/database/migrate.ts';
import { connectPostgres } from '../../apps/api-bun/src/database/postgres.ts';
import { randomFrom } from '../chaos/random.ts';
import { NotionServer } from '../notion-server/notion-server.ts';
import { startPostgresServer } from '../postgres-server.ts';
import { type Counts, randomFault } from './faults.ts';
import { randomNote } from './notes.ts';
import { Publishers } from './publishers.ts';
import { LEASE } from './settings.ts';
import { inspectPages } from './verdict.ts';

// Processes save notes to a Notion that fails, while they are killed and frozen; then a part of the notes is changed and saved
// again. At the end each note is one page, and each page is whole. See `bun run exactly-once --help`.

const USAGE = `bun run exactly-once [--saves 500] [--seed N]
  --saves  how many notes; every fourth is changed and saved again
  --seed   gives the same notes and faults again; which save they meet differs from run to run`;

const PUBLISHERS = 3;
/** Every so-many-th note is saved twice. */
const AGAIN = 4;
/** Milliseconds in which all must be saved. */
const DEADLINE = 600_000;
/** Violations that are printed; the count says how many there are. */
const SHOWN = 20;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
const { saves, seed } = readOptions();
process.exit((await runExactlyOnce()) === 0 ? 0 : 1);

async function runExactlyOnce(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'destila-exactly-once-'));
  const random = randomFrom(seed);
  const server = await startPostgresServer();
  const databaseUrl = server.url('postgres');
  const database = connectPostgres(databaseUrl, () => {});
  await migrate(database);
  const notion = await NotionServer.start();
  const counts: Counts = {};
  notion.faults = () => randomFault(random, counts);
  const notes = await addNotes(database, random);

  const { url: notionUrl, token, dataSourceId } = notion;
  const logFile = join(folder, 'publishers.log');
  const publishers = new Publishers(PUBLISHERS, { databaseUrl, notionUrl, token, dataSourceId, logFile });
  const started = performance.now();
  const hurting = publishers.hurt(random);
  await untilAllSaved(database);
  const firstPages = new Map(notion.pages.map(({ id }) => [id, true]));
  const changed = await changeNotes(database, notes, random);
  await untilAllSaved(database);
  await hurting.stop();
  // Whoever was frozen last wakes up, and may still write.
  await Bun.sleep(LEASE.selfAbortMs);
  await untilAllSaved(database);
  publishers.killAll();

  const violations = await inspectPages(database, notion, notes);
  violations.push(
    ...notion.pages.filter(({ id }) => !firstPages.has(id)).map(({ id }) => `${id}: made by a second save`),
  );
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  console.log(`saves        ${saves}, and ${changed} of them again with other words, by ${PUBLISHERS} processes
killed       ${publishers.killed} processes, frozen ${publishers.frozen}
requests     ${notion.requests.length}; faults given: ${describeCounts(counts)}
pages        ${notion.pages.length}, and ${notion.workspace.pages.length - notion.pages.length} more that came late and were thrown away
duration     ${seconds} s
seed         ${seed}
violations   ${violations.length}`);
  for (const violation of violations.slice(0, SHOWN)) console.log(`  ${violation}`);
  if (violations.length === 0) await rm(folder, { recursive: true });
  else console.error(`The publishers’ log: ${logFile}`);
  notion.stop();
  await database.close();
  return violations.length;
}

/** Ready jobs of one person; gives what each says. */
async function addNotes(database: Database, random: () => number): Promise<Map<string, string>> {
  const user = crypto.randomUUID();
  await database.query('insert into auth.users (id) values ($1)', [user]);
  const notes = new Map<string, string>();
  for (let number = 0; number < saves; number += 1) {
    const markdown = randomNote(number, random);
    const [row] = await database.query<{ id: string }>(
      `insert into processing_jobs (user_id, url, source_key, status, progress, video_title, summary_markdown, completed_at)
       values ($1, 'https://example.org/' || $2, $2, 'ready', 100, 'Vídeo ' || $2, $3, now()) returning id`,
      [user, String(number), markdown],
    );
    if (row) notes.set(row.id, markdown);
  }
  return notes;
}

/** Gives some of the saved notes other words, to be saved again. */
async function changeNotes(database: Database, notes: Map<string, string>, random: () => number): Promise<number> {
  let changed = 0;
  for (const [place, id] of [...notes.keys()].entries()) {
    if (place % AGAIN !== 0) continue;
    const markdown = randomNote(saves + place, random);
    notes.set(id, markdown);
    await database.query(`update processing_jobs set summary_markdown = $2, status = 'ready' where id = $1`, [
      id,
      markdown,
    ]);
    changed += 1;
  }
  return changed;
}

/** Resolves at the deadline as well: the verdict will name what is missing. */
async function untilAllSaved(database: Database): Promise<void> {
  const started = performance.now();
  const isSaved = async () => {
    const [row] = await database.query<{ done: boolean }>(
      `select not exists (select from processing_jobs where status = 'ready')
         and not exists (select from publications where wanted or look_again_at is not null) as done`,
    );
    return row?.done ?? false;
  };
  while (!(await isSaved()) && performance.now() - started < DEADLINE) await Bun.sleep(100);
}

function describeCounts(counts: Counts): string {
  const named = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
  return named.map(([kind, count]) => `${kind} ${count}`).join(', ');
}

function readOptions(): { saves: number; seed: number } {
  const { values } = parseArgs({
    options: {
      saves: { type: 'string', default: '500' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      help: { type: 'boolean', default: false },
    },
  });
  const [count, number] = [Number(values.saves), Number(values.seed)];
  if (!values.help && count > 0 && Number.isInteger(number)) return { saves: count, seed: number };
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}
