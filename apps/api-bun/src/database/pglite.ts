import { mkdir } from 'node:fs/promises';
import {
  PGlite,
  type PGliteInterfaceExtensions,
  type Transaction as PGliteTransaction,
  type Results,
  types,
} from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { vector } from '@electric-sql/pglite-pgvector';
import type { Database, Queryable } from './database.ts';

const PGLITE_OPTIONS = {
  extensions: { pg_trgm, unaccent, vector },
  parsers: {
    [types.INT8]: Number,
    [types.TIMESTAMPTZ]: (text: string) => new Date(text).toISOString(),
  },
};

export type EmbeddedDatabase = Database & {
  readonly pglite: PGlite & PGliteInterfaceExtensions<typeof PGLITE_OPTIONS.extensions>;
};

/**
 * Opens (or makes) the embedded Postgres in a folder, or in memory without one; with a dump, as it stood in that.
 * The caller holds the folder's lock.
 */
export async function openPglite({ folder, dump }: { folder?: string; dump?: Blob } = {}): Promise<EmbeddedDatabase> {
  if (folder) await mkdir(folder, { recursive: true });
  return wrapPglite(
    await PGlite.create({ ...PGLITE_OPTIONS, dataDir: folder ?? 'memory://', ...(dump && { loadDataDir: dump }) }),
  );
}

function wrapPglite(pglite: EmbeddedDatabase['pglite']): EmbeddedDatabase {
  return {
    kind: 'pglite',
    pglite,
    query: queryable(pglite).query,
    transaction: (work) =>
      pglite.transaction((tx) =>
        work({
          ...queryable(tx),
          script: async (sql) => {
            await tx.exec(sql);
          },
        }),
      ),
    close: () => pglite.close(),
  };
}

function queryable(client: { query: PGliteTransaction['query'] }): Queryable {
  return {
    async query<Row extends object>(sql: string, parameters: readonly unknown[] = []) {
      const result: Results<Row> = await client.query<Row>(sql, [...parameters]);
      return result.rows;
    },
  };
}
