import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Queryable, Transaction } from './database.ts';

const SUPABASE_DIR = join(import.meta.dir, '../../../../supabase');

/** Any number will do, as long as every process of every version takes the same one. */
const MIGRATION_LOCK = 3_157_244_180;

export interface Migration {
  /** Fourteen digits, as the Supabase CLI numbers them. */
  version: string;
  name: string;
  sql: string;
}

/** The database was written by a newer Destila than this one. */
export class DatabaseIsNewerError extends Error {
  override readonly name = 'DatabaseIsNewerError';
  constructor(readonly unknownVersions: string[]) {
    super(
      `The database was made by a newer version of Destila (it has migration ${unknownVersions.join(', ')}). ` +
        'Update Destila, or go back with `bun run restore NAME`, naming the backup made before that migration.',
    );
  }
}

/**
 * Brings the database up to date, all or nothing. Two processes may do so at once: the second waits for the first and then
 * finds nothing to do. The versions stand in the Supabase CLI's own table, so that it and this runner agree.
 * `beforeChange` runs when there is something to change in a database that already holds data.
 *
 * @returns the versions applied.
 * @throws {DatabaseIsNewerError} when the database has a migration that this version does not know.
 */
export async function migrate(
  database: Database,
  options: { migrations?: Migration[]; beforeChange?: () => Promise<void> } = {},
): Promise<string[]> {
  const migrations = options.migrations ?? (await readMigrations());
  await database.transaction((tx) => prepare(tx));
  const before = await missing(database, migrations);
  if (before.length > 0 && before.length < migrations.length) await options.beforeChange?.();

  const applied: string[] = [];
  await database.transaction(async (tx) => {
    await lock(tx);
    for (const migration of await missing(tx, migrations)) {
      await tx.script(migration.sql);
      await tx.query('insert into supabase_migrations.schema_migrations (version, name) values ($1, $2)', [
        migration.version,
        migration.name,
      ]);
      applied.push(migration.version);
    }
  });
  await enableVectors(database);
  return applied;
}

/** What needs pgvector, where it can be had; without it, or without the right to install it, search knows words alone. */
async function enableVectors(database: Database): Promise<void> {
  const [found] = await database.query<{ known: boolean }>(
    `select to_regnamespace('search') is not null and exists (
       select from pg_available_extensions where name = 'vector'
     ) as known`,
  );
  if (!found?.known) return;
  const script = await readFile(join(SUPABASE_DIR, 'vectors.sql'), 'utf8');
  await database
    .transaction(async (tx) => {
      await lock(tx);
      await tx.script(script);
    })
    .catch((error: unknown) => {
      if (!isRefused(error)) throw error;
    });
}

/** SQLSTATE insufficient_privilege (PostgreSQL, appendix A). */
function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42501';
}

export async function readMigrations(folder = join(SUPABASE_DIR, 'migrations')): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => {
      const [, version = '', name = ''] = /^(\d{14})_(.+)\.sql$/.exec(file) ?? [];
      return { version, name, sql: await readFile(join(folder, file), 'utf8') };
    }),
  );
}

/** Makes the table of versions, and on a plain Postgres what Supabase's `auth` schema would give. */
async function prepare(tx: Transaction): Promise<void> {
  await lock(tx);
  const [found] = await tx.query<{ auth: boolean; versions: boolean }>(
    `select to_regprocedure('auth.uid()') is not null as auth,
      to_regclass('supabase_migrations.schema_migrations') is not null as versions`,
  );
  if (!found?.auth) await tx.script(await readFile(join(SUPABASE_DIR, 'local-auth.sql'), 'utf8'));
  if (!found?.versions) {
    await tx.script(
      `create schema if not exists supabase_migrations;
       create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);`,
    );
  }
}

async function missing(database: Queryable, migrations: Migration[]): Promise<Migration[]> {
  const rows = await database.query<{ version: string }>('select version from supabase_migrations.schema_migrations');
  const present = new Set(rows.map((row) => row.version));
  // A Supabase project may have migrations of its own among ours; only what came after all of ours can build on them.
  const newest = migrations.at(-1)?.version ?? '';
  const newer = [...present].filter((version) => version > newest).sort();
  if (newer.length > 0) throw new DatabaseIsNewerError(newer);
  return migrations.filter((migration) => !present.has(migration.version));
}

async function lock(tx: Queryable): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
}
