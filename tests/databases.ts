import { describe } from 'bun:test';
import type { Database } from '../apps/api-bun/src/database/database.ts';
import { migrate } from '../apps/api-bun/src/database/migrate.ts';
import { openPglite } from '../apps/api-bun/src/database/pglite.ts';
import { connectPostgres } from '../apps/api-bun/src/database/postgres.ts';
import { PGBOUNCER, startPgbouncer } from './pgbouncer.ts';
import { startPostgresServer } from './postgres-server.ts';

/** Every test of the database runs on both, the same test. */
export const DATABASES = ['pglite', 'postgres'] as const;
/** The queue's tests run on Postgres behind PgBouncer in transaction mode too. */
export const QUEUE_DATABASES = [...DATABASES, 'pgbouncer'] as const;
export type DatabaseKind = (typeof QUEUE_DATABASES)[number];

/** One suite on each of these; shown as skipped on a machine that lacks PgBouncer (`run test` names it, and fails in CI). */
export function describeOn<Kind extends DatabaseKind>(
  kinds: readonly Kind[],
  title: string,
  suite: (kind: Kind) => void,
): void {
  for (const kind of kinds) {
    const isMissing = kind === 'pgbouncer' && !PGBOUNCER;
    describe.skipIf(isMissing)(`${title} on ${kind}`, () => suite(kind));
  }
}

/** A migrated, empty database of the test's own. The caller closes it. */
export async function freshDatabase(kind: DatabaseKind): Promise<Database> {
  if (kind === 'pglite') return freshPglite();
  return connectPostgres(kind === 'postgres' ? await freshPostgresUrl() : await freshPgbouncerUrl(), () => {});
}

export async function addUser(database: Database, id: string = crypto.randomUUID()): Promise<string> {
  await database.query('insert into auth.users (id) values ($1)', [id]);
  return id;
}

let pgliteTemplate: Promise<Blob> | undefined;

async function freshPglite(): Promise<Database> {
  pgliteTemplate ??= makePgliteTemplate();
  return openPglite({ dump: await pgliteTemplate });
}

async function makePgliteTemplate(): Promise<Blob> {
  const database = await openPglite();
  await migrate(database);
  const dump = await database.pglite.dumpDataDir('none');
  await database.close();
  return dump;
}

let postgres: Promise<{ url: (name: string) => string; admin: Database }> | undefined;
let databaseCount = 0;

/** A database made from the migrated template, for tests that start processes of their own on it. */
export async function freshPostgresUrl(): Promise<string> {
  postgres ??= startPostgres();
  const { url, admin } = await postgres;
  const name = `test_${++databaseCount}`;
  await admin.query(`create database ${name} template migrated`);
  return url(name);
}

/** An empty database, without any migration. */
export async function emptyPostgresUrl(): Promise<string> {
  postgres ??= startPostgres();
  const { url, admin } = await postgres;
  const name = `test_${++databaseCount}`;
  await admin.query(`create database ${name} template template0`);
  return url(name);
}

let pgbouncer: Promise<(name: string) => string> | undefined;

async function freshPgbouncerUrl(): Promise<string> {
  const { port, pathname } = new URL(await freshPostgresUrl());
  pgbouncer ??= startPgbouncer(Number(port));
  return (await pgbouncer)(pathname.slice(1));
}

/** One PostgreSQL 18 for the whole run, with the migrated template that tests copy. */
async function startPostgres() {
  const { url } = await startPostgresServer();
  const admin = connectPostgres(url('postgres'), () => {});
  await admin.query('create database migrated template template0');
  const template = connectPostgres(url('migrated'), () => {});
  await migrate(template);
  await template.close();
  return { url, admin };
}
