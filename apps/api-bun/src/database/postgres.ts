import pg from 'pg';
import type { Database, Queryable } from './database.ts';

/** Milliseconds; a database that does not answer by then counts as away. */
const CONNECT_TIMEOUT = 10_000;
/** Milliseconds; only a migration of a large library may take minutes. A connection that is silently dead ends here. */
const QUERY_TIMEOUT = 5 * 60_000;

const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString());

/**
 * Connects to Postgres 15 or newer. No session state and no named statements, so that any pooler in transaction mode fits.
 * `onError` hears of connections that break while idle; the pool replaces them.
 */
export function connectPostgres(url: string, onError: (error: Error) => void): Database {
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    application_name: 'destila',
    keepAlive: true,
  });
  pool.on('error', onError);
  return {
    kind: 'postgres',
    query: queryable(pool).query,
    transaction: (work) =>
      inTransaction(pool, (client) =>
        work({
          ...queryable(client),
          script: async (sql) => {
            await client.query(sql);
          },
        }),
      ),
    close: () => pool.end(),
  };
}

async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function queryable(client: pg.Pool | pg.PoolClient): Queryable {
  return {
    async query<Row extends object>(sql: string, parameters: readonly unknown[] = []) {
      const result = await client.query<Row>(sql, [...parameters]);
      return result.rows;
    },
  };
}
