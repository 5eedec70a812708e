import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { addUser, DATABASES, freshDatabase } from '../../../../tests/databases.ts';
import { createQueue } from '../queue/queue.ts';
import { asUser } from './as-user.ts';
import type { Database } from './database.ts';

const TABLES = [
  'processing_jobs',
  'categories',
  'job_checkpoints',
  'job_revisions',
  'job_events',
  'job_thumbnails',
  'publications',
  'search_chunks',
  'user_settings',
  'job_parts',
  'operations',
  'summary_templates',
  'notion_connections',
];
/** Read by nobody but the server itself. */
const SERVER_TABLES = ['user_secrets', 'operation_parts', 'search.words'];

describe.each(DATABASES)('rows of another person on %s', (kind) => {
  let database: Database;
  let owner: string;
  let stranger: string;
  let job: string;

  beforeAll(async () => {
    database = await freshDatabase(kind);
    owner = await addUser(database);
    stranger = await addUser(database);
    job = (await createQueue(database).enqueue({ userId: owner, url: 'https://example.com/a', sourceKey: 'a' })).jobId;
    await database.query("insert into categories (user_id, name) values ($1, 'Historia')", [owner]);
    await database.query('insert into user_settings (user_id) values ($1)', [owner]);
    await database.query(
      "insert into job_checkpoints (job_id, user_id, stage, output, claim_token) values ($1, $2, 'downloading', '{}', 1)",
      [job, owner],
    );
    await database.query(
      "insert into job_revisions (job_id, user_id, kind, summary_markdown) values ($1, $2, 'saved', 'x')",
      [job, owner],
    );
    await database.query(
      "insert into job_parts (job_id, user_id, stage, key, output, claim_token) values ($1, $2, 'summarizing', 'k', '{}', 1)",
      [job, owner],
    );
    const [operation] = await database.query<{ id: string }>(
      "insert into operations (job_id, user_id, kind) values ($1, $2, 'regenerate') returning id",
      [job, owner],
    );
    await database.query("insert into operation_parts (operation_id, key, output) values ($1, 'k', '{}')", [
      operation?.id,
    ]);
    await database.query("insert into summary_templates (user_id, name, instructions) values ($1, 'Clase', 'Breve')", [
      owner,
    ]);
    await database.query(
      "insert into notion_connections (user_id, data_source_id, title, url, mapping) values ($1, 'a', 'Notas', 'https://notion.so/a', '{}')",
      [owner],
    );
    await database.query("insert into user_secrets (user_id, name, ciphertext) values ($1, 'llm.openai', 'x')", [
      owner,
    ]);
    await database.query("insert into job_thumbnails (job_id, user_id, jpeg) values ($1, $2, 'x')", [job, owner]);
    await database.query("insert into publications (job_id, user_id, destination) values ($1, $2, 'markdown')", [
      job,
      owner,
    ]);
    await database.query(
      "insert into search_chunks (job_id, user_id, position, text, hash) values ($1, $2, 0, 'hola', 'x')",
      [job, owner],
    );
  });
  afterAll(() => database.close());

  const rowsSeenBy = async (user: string, table: string) =>
    (await asUser(database, user, (tx) => tx.query(`select * from ${table}`))).length;

  test.each(TABLES)('%s: the owner sees them, a stranger none', async (table) => {
    expect(await rowsSeenBy(owner, table)).toBeGreaterThan(0);
    expect(await rowsSeenBy(stranger, table)).toBe(0);
  });

  test.each(SERVER_TABLES)('%s: not even the owner reads or writes them', async (table) => {
    expect((await database.query(`select * from ${table}`)).length).toBeGreaterThan(0);
    await expect(rowsSeenBy(owner, table)).rejects.toThrow();
    await expect(asUser(database, owner, (tx) => tx.query(`delete from ${table}`))).rejects.toThrow();
  });

  test('nobody writes a template in somebody else’s name, or reaches one of theirs', async () => {
    const insert = "insert into summary_templates (user_id, name, instructions) values ($1, 'Mía', 'x')";
    await expect(asUser(database, stranger, (tx) => tx.query(insert, [owner]))).rejects.toThrow();
    const changed = await asUser(database, stranger, (tx) =>
      tx.query("update summary_templates set instructions = 'mine' returning id"),
    );
    expect(changed).toEqual([]);
  });

  test('people cannot make operations past the queue', async () => {
    const insert = "insert into operations (job_id, user_id, kind) values ($1, $2, 'index')";
    await expect(asUser(database, owner, (tx) => tx.query(insert, [job, owner]))).rejects.toThrow();
  });

  test('every table of the library is guarded', async () => {
    const unguarded = await database.query(
      "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity",
    );
    expect(unguarded).toEqual([]);
  });

  test('a stranger changes nothing, even knowing the id', async () => {
    const changed = await asUser(database, stranger, (tx) =>
      tx.query("update processing_jobs set video_title = 'mine' where id = $1 returning id", [job]),
    );
    expect(changed).toEqual([]);
  });

  test('nobody makes a row in somebody else’s name, or puts a job in somebody else’s category', async () => {
    await expect(
      asUser(database, stranger, (tx) => tx.query("insert into categories (user_id, name) values ($1, 'x')", [owner])),
    ).rejects.toThrow();
    const [category] = await asUser(database, stranger, (tx) =>
      tx.query<{ id: string }>("insert into categories (user_id, name) values ($1, 'Mía') returning id", [stranger]),
    );
    await expect(
      asUser(database, owner, (tx) =>
        tx.query('update processing_jobs set category_id = $2 where id = $1', [job, category?.id]),
      ),
    ).rejects.toThrow();
  });

  test('people cannot move their own jobs past the queue, nor call its verbs', async () => {
    await expect(
      asUser(database, owner, (tx) => tx.query("update processing_jobs set status = 'ready'")),
    ).rejects.toThrow();
    await expect(
      asUser(database, owner, (tx) => tx.query('select queue.cancel($1, $2)', [job, owner])),
    ).rejects.toThrow();
  });

  test('a visitor who has not signed in sees no table at all', async () => {
    for (const table of [...TABLES, ...SERVER_TABLES]) {
      const visit = database.transaction(async (tx) => {
        await tx.query("select set_config('role', 'anon', true)");
        return tx.query(`select * from ${table}`);
      });
      await expect(visit).rejects.toThrow();
    }
  });

  test('the role does not outlive its transaction', async () => {
    await asUser(database, stranger, (tx) => tx.query('select 1'));
    expect((await database.query('select * from processing_jobs')).length).toBe(1);
  });
});
