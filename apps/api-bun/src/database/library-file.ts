import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline as connect, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';

const FORMAT = 'destila-library';
const FORMAT_VERSION = 1;
/** Characters. Postgres takes no value above 1 GiB, so a longer line is not ours; it is refused before it fills the memory. */
const LONGEST_LINE = 512 * 1024 ** 2;

const headerSchema = z.object({
  format: z.literal(FORMAT),
  format_version: z.number().int().max(FORMAT_VERSION),
  schema_version: z.string(),
});
const markerSchema = z.union([
  z.tuple([z.literal('table'), z.string(), z.array(z.string())]),
  z.tuple([z.literal('end'), z.number().int()]),
]);

/** What a library file consists of: a schema, then tables, each followed by its rows as Postgres wrote them in JSON. */
export type LibraryEntry =
  | { type: 'schema'; version: string }
  | { type: 'table'; name: string; columns: string[] }
  | { type: 'row'; json: string };
type EndOfLibrary = { type: 'end'; rows: number };

/** The file is no library, is cut off, or does not fit this database. Nothing was changed by reading it. */
export class LibraryFileError extends Error {
  override readonly name = 'LibraryFileError';
  constructor(file: string, reason: string, cause?: unknown) {
    super(`${file} cannot be read as a Destila library: ${reason}. Nothing was changed.`, { cause });
  }
}

/**
 * Writes entries as gzipped NDJSON: an object for the schema, an array for each table, an object for each row, and at the
 * end an array with the number of rows. `file` comes to be, or is replaced, only once it is complete and on the disk.
 *
 * @returns the number of rows. @throws the file system's error.
 */
export async function writeLibraryFile(file: string, entries: AsyncIterable<LibraryEntry>): Promise<number> {
  const partial = `${file}.partial`;
  let rows = 0;
  async function* lines() {
    for await (const entry of entries) {
      if (entry.type === 'row') rows += 1;
      yield `${toLine(entry)}\n`;
    }
    yield `${JSON.stringify(['end', rows])}\n`;
  }
  try {
    await pipeline(Readable.from(lines()), createGzip(), createWriteStream(partial));
    await syncFile(partial);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  return rows;
}

/** Reads what `writeLibraryFile` wrote. @throws {LibraryFileError} after the last entry at the latest, when the file is not whole. */
export async function* readLibraryFile(file: string): AsyncGenerator<LibraryEntry> {
  let rows = 0;
  let position: 'start' | 'inside' | 'end' = 'start';
  for await (const line of linesOf(file)) {
    if (position === 'end') throw new LibraryFileError(file, 'something follows its end');
    const entry: LibraryEntry | EndOfLibrary = position === 'start' ? readHeader(file, line) : readEntry(file, line);
    position = entry.type === 'end' ? 'end' : 'inside';
    if (entry.type === 'row') rows += 1;
    if (entry.type !== 'end') yield entry;
    else if (entry.rows !== rows) throw new LibraryFileError(file, 'rows are missing from it');
  }
  if (position !== 'end') throw new LibraryFileError(file, 'its end is missing');
}

function toLine(entry: LibraryEntry): string {
  switch (entry.type) {
    case 'schema':
      return JSON.stringify({ format: FORMAT, format_version: FORMAT_VERSION, schema_version: entry.version });
    case 'table':
      return JSON.stringify(['table', entry.name, entry.columns]);
    case 'row':
      return entry.json;
  }
}

function readHeader(file: string, line: string): LibraryEntry {
  const header = headerSchema.safeParse(parseJson(line));
  if (!header.success) throw new LibraryFileError(file, 'it does not begin as one that this version knows');
  return { type: 'schema', version: header.data.schema_version };
}

function readEntry(file: string, line: string): LibraryEntry | EndOfLibrary {
  if (line.startsWith('{')) return { type: 'row', json: line };
  const marker = markerSchema.safeParse(parseJson(line));
  if (!marker.success) throw new LibraryFileError(file, 'a line in it is not understood');
  if (marker.data[0] === 'end') return { type: 'end', rows: marker.data[1] };
  const [, name, columns] = marker.data;
  return { type: 'table', name, columns };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of unzipped(file)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new LibraryFileError(file, 'a line in it is too long');
    yield* lines;
  }
  if (rest !== '') throw new LibraryFileError(file, 'it is cut off');
}

async function* unzipped(file: string): AsyncGenerator<Uint8Array> {
  // The errors of both streams arrive where the last one is read.
  const stream = connect(createReadStream(file), createGunzip(), () => {});
  try {
    yield* stream;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw code.startsWith('Z_')
      ? new LibraryFileError(file, 'it is damaged, cut off, or something else', error)
      : error;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
