import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readConfig } from '../config.ts';
import { importLibrary } from '../database/library-transfer.ts';
import { openDatabase } from '../database/open-database.ts';
import { createLogger } from '../logger.ts';
import { UsageError } from './arguments.ts';
import { exitWith } from './process-end.ts';

// `bun run import FILE [--user ID]`: reads what `bun run export` wrote; all of it becomes that user's, else stays its owners'.

try {
  const { file, userId } = readTyped(process.argv.slice(2));
  const { DATABASE_URL: url, DATA_DIR: dataDir } = readConfig();
  const database = await openDatabase({ url, dataDir }, createLogger('error', 'stderr'));
  const { inserted, kept, skippedTables } = await importLibrary(database, file, { userId }).finally(() =>
    database.close(),
  );
  console.log(`Read ${inserted} rows from ${file}; ${kept} were there already.`);
  if (skippedTables.length > 0) console.log(`This database has no ${skippedTables.join(', ')}: left out.`);
  process.exit(0);
} catch (error) {
  exitWith(error);
}

function readTyped(typed: string[]): { file: string; userId: string | null } {
  const { values, positionals } = parseArgs({
    args: typed,
    allowPositionals: true,
    options: { user: { type: 'string' } },
  });
  const userId = z
    .uuid()
    .nullable()
    .safeParse(values.user ?? null);
  const [file] = positionals;
  if (!file || !userId.success) throw new UsageError('Usage: bun run import FILE [--user ID]   (ID: a user’s UUID)');
  return { file, userId: userId.data };
}
