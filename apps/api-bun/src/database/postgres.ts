import pg from 'pg';
import type { Database, Queryable } from './database.ts';

/** Milliseconds after which a database, or a connection that died without a word, counts as away. */
export interface PostgresTimeouts {
  connect: number;
  /** For a statement of its own. Two that hang must fit between a worker's heartbeat and the moment it gives its claims up. */
  query: number;
}

const TIMEOUTS: PostgresTimeouts = { connect: 10_000, query: 25_000 };
/** Milliseconds; only a migration of a large library may take minutes. */
const TRANSACTION_QUERY_TIMEOUT = 5 * 60_000;

const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString());

/**
 * Connects to Postgres 15 or newer. No session state and no named statements, so that any pooler in transaction mode fits.
 * `onError` hears of connections that break while idle; the pool replaces them.
 */
export function connectPostgres(url: string, onError: (error: Error) => void, timeouts = TIMEOUTS): Database {
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: 10,
    connectionTimeoutMillis: timeouts.connect,
    query_timeout: TRANSACTION_QUERY_TIMEOUT,
    application_name: 'destila',
    keepAlive: true,
  });
  pool.on('error', onError);
  return {
    kind: 'postgres',
    query: queryable(pool, timeouts.query).query,
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

/** `pg` knows the timeout of a single statement; its types do not. */
interface TimedStatement extends pg.QueryConfig {
  query_timeout: number;
}

function queryable(client: pg.Pool | pg.PoolClient, timeout = TRANSACTION_QUERY_TIMEOUT): Queryable {
  return {
    async query<Row extends object>(sql: string, parameters: readonly unknown[] = []) {
      const statement: TimedStatement = { text: sql, values: [...parameters], query_timeout: timeout };
      const result = await client.query<Row>(statement);
      return result.rows;
    },
  };
}
