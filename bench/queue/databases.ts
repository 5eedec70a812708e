import { migrate } from '../../apps/api-bun/src/database/migrate.ts';
import { connectPostgres } from '../../apps/api-bun/src/database/postgres.ts';
import { startPostgresServer } from '../../tests/postgres-server.ts';

/** The one PostgreSQL that everything is measured on. */
const server = startPostgresServer();
let count = 0;

export async function emptyDatabase(): Promise<string> {
  const { url } = await server;
  const admin = connectPostgres(url('postgres'), () => {});
  const name = `bench_${++count}`;
  await admin.query(`create database ${name} template template0`);
  await admin.close();
  return url(name);
}

export async function migratedDatabase(): Promise<string> {
  const url = await emptyDatabase();
  const database = connectPostgres(url, () => {});
  await migrate(database);
  await database.close();
  return url;
}
