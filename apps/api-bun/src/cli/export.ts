import { readConfig } from '../config.ts';
import { exportLibrary } from '../database/library-transfer.ts';
import { openDatabase } from '../database/open-database.ts';
import { createLogger } from '../logger.ts';
import { UsageError } from './arguments.ts';
import { exitWith } from './process-end.ts';

// `bun run export FILE`: writes the whole library into one file, to be read by `bun run import` on another database.

try {
  const file = process.argv[2];
  if (!file) throw new UsageError('Usage: bun run export FILE');
  const { DATABASE_URL: url, DATA_DIR: dataDir } = readConfig();
  const database = await openDatabase({ url, dataDir }, createLogger('error', 'stderr'));
  const rows = await exportLibrary(database, file);
  await database.close();
  console.log(`Wrote ${rows} rows to ${file}. Uploaded files and notes are not in it: copy ${dataDir} for those.`);
  process.exit(0);
} catch (error) {
  exitWith(error);
}
