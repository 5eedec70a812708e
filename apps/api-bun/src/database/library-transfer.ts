import type { Database, Queryable } from './database.ts';
import { type LibraryEntry, LibraryFileError, readLibraryFile, writeLibraryFile } from './library-file.ts';
import { type LibraryTable, libraryTables, quoteName, schemaVersion } from './library-tables.ts';

/** Rows that travel together; a job's row holds its whole transcript, so a few can be many bytes. */
const BATCH_ROWS = 50;
/** Characters of JSON after which a batch is inserted although it is not full. */
const BATCH_CHARACTERS = 1_000_000;

/**
 * Writes a library to `file`, a consistent snapshot, streamed: one person's, or everybody's without `userId`. Leases and
 * generated columns stay behind, and so do the files that are outside the database (notes, uploads).
 *
 * @returns the number of rows. @throws the file system's error; then `file` is as it was.
 */
export function exportLibrary(database: Database, file: string, options: { userId?: string } = {}): Promise<number> {
  return database.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read');
    return writeLibraryFile(file, libraryEntries(tx, options.userId));
  });
}

async function* libraryEntries(tx: Queryable, userId: string | undefined): AsyncGenerator<LibraryEntry> {
  yield { type: 'schema', version: await schemaVersion(tx) };
  for (const table of await libraryTables(tx)) {
    yield { type: 'table', name: table.name, columns: table.columns.map(({ name }) => name) };
    for await (const json of rowsOf(tx, table, userId)) yield { type: 'row', json };
  }
}

/** Postgres writes the JSON and will read it again: no bigint, bytea or timestamp passes through a JavaScript value. */
async function* rowsOf(tx: Queryable, table: LibraryTable, userId: string | undefined): AsyncGenerator<string> {
  await tx.query(
    `declare library_rows no scroll cursor for
     select to_jsonb(r)::text as json from (
       select ${table.columns.map(({ name }) => quoteName(name))} from public.${quoteName(table.name)}
       ${userId ? 'where user_id = $1' : ''} order by ${table.key.map(quoteName)}
     ) r`,
    userId ? [userId] : [],
  );
  let count: number;
  do {
    const rows = await tx.query<{ json: string }>(`fetch ${BATCH_ROWS} from library_rows`);
    for (const { json } of rows) yield json;
    count = rows.length;
  } while (count > 0);
  await tx.query('close library_rows');
}

export interface ImportResult {
  inserted: number;
  /** Rows that were there already; they are left as they are. */
  kept: number;
  /** Tables of the file that this database lacks, such as vectors on a Postgres without pgvector. */
  skippedTables: string[];
}

/**
 * Reads what `exportLibrary` wrote into a migrated database: all of it, in one transaction, or nothing. Ids stay. Every row
 * becomes `userId`'s; with null each stays its owner's, and owners that this database does not know are made.
 *
 * @throws {LibraryFileError} when the file is foreign, cut off, of a newer schema, or holds what is somebody else's here.
 */
export function importLibrary(
  database: Database,
  file: string,
  options: { userId: string | null },
): Promise<ImportResult> {
  return database.transaction(async (tx) => {
    const library = new LibraryImport(tx, options.userId);
    try {
      for await (const entry of readLibraryFile(file)) await library.take(entry, file);
      await library.insertBatch();
    } catch (error) {
      const isForeignKey = error instanceof Error && 'code' in error && error.code === '23503';
      throw isForeignKey
        ? new LibraryFileError(file, 'jobs in it belong to somebody else in this database', error)
        : error;
    }
    return library.result;
  });
}

class LibraryImport {
  readonly result: ImportResult = { inserted: 0, kept: 0, skippedTables: [] };
  private tables: LibraryTable[] = [];
  /** The table whose rows are being read, with those of its columns that the file has. */
  private current: LibraryTable | undefined;
  private batch: string[] = [];
  private batchCharacters = 0;
  /** Categories that the person has under the same name: their ids in the file, and here. */
  private readonly sameCategories: Record<string, string> = {};

  constructor(
    private readonly tx: Queryable,
    private readonly userId: string | null,
  ) {}

  async take(entry: LibraryEntry, file: string): Promise<void> {
    switch (entry.type) {
      case 'schema':
        if (entry.version > (await schemaVersion(this.tx))) {
          throw new LibraryFileError(file, 'it was made by a newer version of Destila; update this one first');
        }
        this.tables = await libraryTables(this.tx);
        return;
      case 'table':
        await this.insertBatch();
        return this.startTable(entry.name, entry.columns);
      case 'row':
        if (!this.current) return;
        this.batch.push(entry.json);
        this.batchCharacters += entry.json.length;
        if (this.batch.length >= BATCH_ROWS || this.batchCharacters >= BATCH_CHARACTERS) await this.insertBatch();
    }
  }

  private startTable(name: string, columns: string[]): void {
    const table = this.tables.find((candidate) => candidate.name === name);
    this.current = table && { ...table, columns: table.columns.filter((column) => columns.includes(column.name)) };
    if (!table) this.result.skippedTables.push(name);
  }

  async insertBatch(): Promise<void> {
    if (!this.current || this.batch.length === 0) return;
    const rows = `[${this.batch.join(',')}]`;
    if (this.userId === null) await this.makeOwners(rows);
    const inserted = await this.insertRows(this.current, rows);
    if (this.current.name === 'categories') await this.matchCategories(rows);
    this.result.inserted += inserted;
    this.result.kept += this.batch.length - inserted;
    this.batch = [];
    this.batchCharacters = 0;
  }

  /** A table that numbers its rows has no ids to compare: there, a row is present when all it says is. */
  private async insertRows(table: LibraryTable, rows: string): Promise<number> {
    const parameters: string[] = [rows];
    const columns = table.columns.filter(({ name }) => name !== table.identity);
    const names = columns.map(({ name }) => quoteName(name));
    const values = columns.map(({ name }) => `${this.valueOf(name, parameters)} as ${quoteName(name)}`);
    const same = columns.map(({ name, nullable }) => {
      return `p.${quoteName(name)} ${nullable ? 'is not distinct from' : '='} i.${quoteName(name)}`;
    });
    const inserted = await this.tx.query(
      `with incoming as (
         select ${values}, row_number() over () as place
         from jsonb_populate_recordset(null::public.${quoteName(table.name)}, $1::jsonb) r
       )
       insert into public.${quoteName(table.name)} (${names})
       select ${names} from incoming i
       ${table.identity ? `where not exists (select from public.${quoteName(table.name)} p where ${same.join(' and ')})` : ''}
       order by place
       on conflict do nothing returning 1`,
      parameters,
    );
    return inserted.length;
  }

  private valueOf(column: string, parameters: string[]): string {
    if (column === 'user_id' && this.userId) return `$${parameters.push(this.userId)}::uuid`;
    if (column === 'category_id') {
      const same = `$${parameters.push(JSON.stringify(this.sameCategories))}::jsonb`;
      return `coalesce((${same} ->> r.category_id::text)::uuid, r.category_id)`;
    }
    return `r.${quoteName(column)}`;
  }

  /** A person has one category of a name: the file's jobs go to the one that was here first. */
  private async matchCategories(rows: string): Promise<void> {
    const pairs = await this.tx.query<{ theirs: string; ours: string }>(
      `select r.id as theirs, c.id as ours
       from jsonb_populate_recordset(null::public.categories, $1::jsonb) r
       join public.categories c on lower(c.name) = lower(r.name) and c.user_id = coalesce($2::uuid, r.user_id)
       where c.id <> r.id`,
      [rows, this.userId],
    );
    for (const { theirs, ours } of pairs) this.sameCategories[theirs] = ours;
  }

  private async makeOwners(rows: string): Promise<void> {
    await this.tx.query(
      `insert into auth.users (id)
       select distinct (r ->> 'user_id')::uuid from jsonb_array_elements($1::jsonb) r
       on conflict do nothing`,
      [rows],
    );
  }
}
