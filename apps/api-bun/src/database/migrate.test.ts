import { afterAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { DATABASES, type DatabaseKind, emptyPostgresUrl } from '../../../../tests/databases.ts';
import type { Database } from './database.ts';
import { DatabaseIsNewerError, type Migration, migrate, readMigrations } from './migrate.ts';
import { openPglite } from './pglite.ts';
import { connectPostgres } from './postgres.ts';

const open: Database[] = [];
afterAll(() => Promise.all(open.map((database) => database.close())));

async function emptyDatabase(kind: DatabaseKind): Promise<Database> {
  const database = kind === 'pglite' ? await openPglite() : connectPostgres(await emptyPostgresUrl(), () => {});
  open.push(database);
  return database;
}

const harmless = (version: string, sql = 'select 1'): Migration => ({ version, name: 'test', sql });

describe.each(DATABASES)('migrations on %s', (kind) => {
  test('an empty database gets all of them, a second run none', async () => {
    const database = await emptyDatabase(kind);
    expect(await migrate(database)).toEqual((await readMigrations()).map(({ version }) => version));
    expect(await migrate(database)).toEqual([]);
  });

  test('a database made of schema.sql is up to date', async () => {
    const database = await emptyDatabase(kind);
    await migrate(database, { migrations: [] });
    const schema = await Bun.file(join(import.meta.dir, '../../../../supabase/schema.sql')).text();
    await database.transaction((tx) => tx.script(schema));
    expect(await migrate(database)).toEqual([]);
  });

  test('a migration that fails leaves nothing behind', async () => {
    const database = await emptyDatabase(kind);
    const migrations = [
      harmless('20990101000000', 'create table half (id int)'),
      harmless('20990101000001', 'select wrong'),
    ];
    await expect(migrate(database, { migrations })).rejects.toThrow();
    expect(await database.query("select to_regclass('half') as half")).toEqual([{ half: null }]);
  });

  test('a database newer than the program is refused, with the way out named', async () => {
    const database = await emptyDatabase(kind);
    await migrate(database);
    await database.query("insert into supabase_migrations.schema_migrations (version) values ('20990101000000')");
    await expect(migrate(database)).rejects.toThrow(DatabaseIsNewerError);
  });

  test('data is saved before a database that holds some is changed, and only then', async () => {
    const database = await emptyDatabase(kind);
    const migrations = await readMigrations();
    let saved = 0;
    const beforeChange = async () => {
      saved += 1;
    };
    await migrate(database, { migrations, beforeChange });
    await migrate(database, { migrations, beforeChange });
    expect(saved).toBe(0);
    await migrate(database, { migrations: [...migrations, harmless('20990101000000')], beforeChange });
    expect(saved).toBe(1);
  });
});

test('two processes that start at once on one Postgres migrate it once', async () => {
  const url = await emptyPostgresUrl();
  const both = [connectPostgres(url, () => {}), connectPostgres(url, () => {})];
  open.push(...both);
  const applied = await Promise.all(both.map((database) => migrate(database)));
  expect(applied.map((versions) => versions.length).sort()).toEqual([0, (await readMigrations()).length]);
});
