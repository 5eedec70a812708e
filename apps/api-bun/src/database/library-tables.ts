import type { Queryable } from './database.ts';

/** A table that holds what people own: it has a `user_id`. */
export interface LibraryTable {
  name: string;
  /** Those that a copy carries, with whether each may be null. */
  columns: { name: string; nullable: boolean }[];
  /** The primary key. */
  key: string[];
  /** The column that this database numbers by itself; another database numbers its rows anew. */
  identity: string | null;
}

/** Who works on a row right now is no part of a library: another machine must not wait for a lease that nobody holds. */
const LEASE_COLUMNS = ['worker_id', 'claimed_at', 'lease_expires_at', 'publishing_until'];

/** Keys of other services are encrypted for one installation, and a copy of a library is made to be handed on. */
const PRIVATE_TABLES = ['user_secrets'];

/** The tables of a library as the catalogue has them, those that others refer to first. */
export async function libraryTables(db: Queryable): Promise<LibraryTable[]> {
  const tables = await db.query<LibraryTable & { refers_to: string[] }>(
    `select c.relname as name,
       (select jsonb_agg(jsonb_build_object('name', a.attname, 'nullable', not a.attnotnull) order by a.attnum)
          from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            and a.attname <> all($1)) as columns,
       (select jsonb_agg(a.attname order by a.attnum)
          from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
          where i.indrelid = c.oid and i.indisprimary) as key,
       (select a.attname from pg_attribute a where a.attrelid = c.oid and a.attidentity <> '') as identity,
       coalesce((select jsonb_agg(f.relname)
          from pg_constraint k join pg_class f on f.oid = k.confrelid
          where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid), '[]') as refers_to
     from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id')
       and c.relname <> all($2)
     order by c.relname`,
    [LEASE_COLUMNS, PRIVATE_TABLES],
  );
  return referredFirst(tables);
}

function referredFirst<Table extends { name: string; refers_to: string[] }>(tables: Table[]): Table[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const sorted = new Set<Table>();
  const visit = (table: Table, path: string[]) => {
    if (path.includes(table.name)) throw new Error(`Tables refer to each other in a circle: ${path.join(' → ')}`);
    for (const name of table.refers_to) {
      const referred = byName.get(name);
      if (referred && !sorted.has(referred)) visit(referred, [...path, table.name]);
    }
    sorted.add(table);
  };
  for (const table of tables) if (!sorted.has(table)) visit(table, []);
  return [...sorted];
}

/** The newest migration applied. */
export async function schemaVersion(db: Queryable): Promise<string> {
  const [row] = await db.query<{ version: string | null }>(
    'select max(version) as version from supabase_migrations.schema_migrations',
  );
  return row?.version ?? '';
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
