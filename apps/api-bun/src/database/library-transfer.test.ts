import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DATABASES, freshDatabase } from '../../../../tests/databases.ts';
import type { Database } from './database.ts';
import { LibraryFileError } from './library-file.ts';
import { exportLibrary, importLibrary } from './library-transfer.ts';

const ANA = '00000000-0000-4000-8000-00000000000a';
const BEA = '00000000-0000-4000-8000-00000000000b';
const PASTA = '00000000-0000-4000-8000-0000000000c1';
const JOB = '00000000-0000-4000-8000-0000000000d1';
const TABLES = ['categories', 'processing_jobs', 'job_checkpoints', 'job_thumbnails', 'search_chunks'];

let folder: string;
let file: string;
let source: Database;
let target: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'destila-transfer-'));
  file = join(folder, 'library.ndjson.gz');
  source = await freshDatabase('pglite');
  await addOwners(source, ANA, BEA);
  await addLibraryOfAna(source);
}, 60_000);
afterAll(async () => {
  await source.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each(DATABASES)('a library from the embedded database to %s', (kind) => {
  beforeAll(async () => {
    target = await freshDatabase(kind);
  }, 60_000);
  afterAll(() => target.close());
  beforeEach(async () => {
    await target.query('delete from auth.users');
    await addOwners(target, BEA);
    await exportLibrary(source, file);
  });

  test('a library arrives whole in another database, as the property of whoever imports it', async () => {
    const result = await importLibrary(target, file, { userId: BEA });

    expect(result.kept).toBe(0);
    expect(result.skippedTables).toEqual([]);
    for (const table of TABLES) expect(await rowsOf(target, table)).toEqual(await rowsOf(source, table));
    expect(await owners(target)).toEqual([BEA]);
  });

  test('the history keeps its order and its moments, under numbers of the new database', async () => {
    await importLibrary(target, file, { userId: BEA });
    const history = 'select kind, stage, at::text from job_events order by id';
    expect(await target.query(history)).toEqual(await source.query(history));
    await target.query(`insert into job_events (job_id, user_id, kind) values ('${JOB}', '${BEA}', 'edited')`);
  });

  test('importing the same file again changes nothing and says how much was there already', async () => {
    const first = await importLibrary(target, file, { userId: BEA });
    await target.query("update processing_jobs set video_title = 'Mi título'");
    const second = await importLibrary(target, file, { userId: BEA });

    expect(second).toEqual({ inserted: 0, kept: first.inserted, skippedTables: [] });
    expect(await target.query('select video_title from processing_jobs where id = $1', [JOB])).toEqual([
      { video_title: 'Mi título' },
    ]);
  });

  test('a job whose category the importer has under the same name goes to theirs', async () => {
    const [own] = await target.query<{ id: string }>(
      `insert into categories (user_id, name) values ('${BEA}', 'PASTA') returning id`,
    );
    await importLibrary(target, file, { userId: BEA });
    expect(await target.query('select category_id from processing_jobs where id = $1', [JOB])).toEqual([
      { category_id: own?.id },
    ]);
  });

  test('a job that a worker held arrives free, so that nobody waits for that lease', async () => {
    await importLibrary(target, file, { userId: BEA });
    expect(
      await target.query(
        "select worker_id, lease_expires_at, claim_token from processing_jobs where status = 'downloading'",
      ),
    ).toEqual([{ worker_id: null, lease_expires_at: null, claim_token: 9007199254740991 }]);
  });

  test("one person's export holds nobody else's rows", async () => {
    await exportLibrary(source, file, { userId: BEA });
    expect(gunzipSync(await readFile(file)).toString()).not.toContain(ANA);
    expect((await importLibrary(target, file, { userId: BEA })).inserted).toBe(0);
  });

  test('keys of other services stay behind', async () => {
    expect(gunzipSync(await readFile(file)).toString()).not.toContain('user_secrets');
    await importLibrary(target, file, { userId: BEA });
    expect(await target.query('select name from user_secrets')).toEqual([]);
  });

  test('without an importer everybody keeps what is theirs, also those this database did not know', async () => {
    await importLibrary(target, file, { userId: null });
    expect(await owners(target)).toEqual([ANA]);
  });

  test.each([
    ['cut off in the middle', async () => truncate(file, Math.floor((await readFile(file)).length / 2))],
    ['cut off in the compressed trailer', async () => truncate(file, (await readFile(file)).length - 4)],
    ['without its end marker', () => rewrite((text) => text.replace(/\["end",\d+\]\n$/, ''))],
    ['with a row missing', () => rewrite((text) => text.replace(/\n\{"at".*\n/, '\n'))],
    ['not compressed', () => writeFile(file, 'name,url\n')],
    ['a gzip of something else', () => writeFile(file, gzipSync('name,url\n'))],
    ['empty', () => writeFile(file, '')],
    [
      'of a newer Destila',
      () => rewrite((text) => text.replace(/"schema_version":"\d+"/, '"schema_version":"99999999999999"')),
    ],
  ])('a file %s is refused, and nothing of it is kept', async (_, spoil) => {
    await spoil();
    const error = await importLibrary(target, file, { userId: BEA }).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(LibraryFileError);
    expect(String(error)).toContain('Nothing was changed');
    expect(await owners(target)).toEqual([]);
  });

  test("a library that would touch somebody else's jobs is refused", async () => {
    await importLibrary(target, file, { userId: null });
    const error = await importLibrary(target, file, { userId: BEA }).catch((failure: unknown) => failure);
    expect(String(error)).toContain('belong to somebody else');
    expect(await owners(target)).toEqual([ANA]);
  });

  test('an export that fails leaves the former file as it was', async () => {
    const before = await readFile(file);
    const broken: Database = {
      ...source,
      transaction: (work) =>
        source.transaction((tx) =>
          work({
            ...tx,
            query: (sql, parameters) =>
              sql.startsWith('close') ? Promise.reject(new Error('gone')) : tx.query(sql, parameters),
          }),
        ),
    };
    await expect(exportLibrary(broken, file)).rejects.toThrow('gone');
    expect(await readFile(file)).toEqual(before);
  });
});

test('a library comes back from Postgres as it was', async () => {
  const postgres = await freshDatabase('postgres');
  const back = await freshDatabase('pglite');
  try {
    await addOwners(postgres, BEA);
    await addOwners(back, ANA);
    await exportLibrary(source, file);
    await importLibrary(postgres, file, { userId: BEA });
    await exportLibrary(postgres, file, { userId: BEA });
    await importLibrary(back, file, { userId: ANA });
    for (const table of TABLES) expect(await rowsOf(back, table)).toEqual(await rowsOf(source, table));
  } finally {
    await Promise.all([postgres.close(), back.close()]);
  }
}, 60_000);

async function addOwners(database: Database, ...ids: string[]): Promise<void> {
  for (const id of ids) await database.query('insert into auth.users (id) values ($1) on conflict do nothing', [id]);
}

async function addLibraryOfAna(database: Database): Promise<void> {
  await database.query(`insert into categories (id, user_id, name) values ('${PASTA}', '${ANA}', 'Pasta')`);
  await database.query(
    `insert into processing_jobs (id, user_id, url, source_key, status, progress, video_title, summary_markdown, completed_at, category_id, ai_tags)
     values ($1, $2, 'https://example.org/v', 'v', 'ready', 100, 'Ñoquis "caseros"', $3, now(), $4, '["pan","agua"]')`,
    [JOB, ANA, '# Ñoquis\n\nLínea\tcon tabulador y \\ barra 🍝', PASTA],
  );
  await database.query(
    `insert into processing_jobs (user_id, url, source_key, status, progress, claim_token, worker_id, claimed_at, lease_expires_at)
     select $1, 'https://example.org/' || n, n::text, case n when 1 then 'downloading' else 'pending' end,
       case n when 1 then 10 else 0 end, 9007199254740991,
       case n when 1 then 'w' end, case n when 1 then now() end, case n when 1 then now() end
     from generate_series(1, 120) n`,
    [ANA],
  );
  await database.query(
    `insert into job_checkpoints (job_id, user_id, stage, output, claim_token) values ($1, $2, 'downloading', '{"duration": 1.10}', 3)`,
    [JOB, ANA],
  );
  await database.query(`insert into job_thumbnails (job_id, user_id, jpeg) values ($1, $2, '\\xffd800ff')`, [JOB, ANA]);
  await database.query(
    `insert into search_chunks (job_id, user_id, position, text, start_seconds, hash) values ($1, $2, 0, 'Harina y agua', 12.5, 'h')`,
    [JOB, ANA],
  );
  await database.query(`insert into user_secrets (user_id, name, ciphertext) values ($1, 'llm.openai', 'x')`, [ANA]);
  await database.query(
    `insert into job_events (job_id, user_id, kind, stage)
     select $1, $2, 'step' || n, case when n % 2 = 0 then 'downloading' end from generate_series(1, 70) n`,
    [JOB, ANA],
  );
}

/** All that a table says, but for its owner and who works on it. */
function rowsOf(database: Database, table: string): Promise<object[]> {
  return database.query(
    `select to_jsonb(t) - '{user_id,worker_id,claimed_at,lease_expires_at,waiting}'::text[] as row from ${table} t order by 1`,
  );
}

async function owners(database: Database): Promise<string[]> {
  const rows = await database.query<{ user_id: string }>('select distinct user_id from processing_jobs');
  return rows.map((row) => row.user_id);
}

async function rewrite(change: (text: string) => string): Promise<void> {
  await writeFile(file, gzipSync(change(gunzipSync(await readFile(file)).toString())));
}
