import { readConfig } from '../config.ts';
import { restoreBackup } from '../database/backup.ts';
import { lockDataDir } from '../database/data-dir-lock.ts';
import { backupFolder, databaseFolder } from '../database/open-database.ts';
import { exitWith } from './process-end.ts';

// `bun run restore [NAME]`: puts the newest backup of the embedded database, or the named one, in its place.

try {
  const { DATA_DIR: dataDir } = readConfig();
  const name = process.argv[2];
  const lock = await lockDataDir(dataDir);
  const { restored, movedTo } = await restoreBackup({
    dataFolder: databaseFolder(dataDir),
    backupFolder: backupFolder(dataDir),
    ...(name && { name }),
  });
  lock.release();
  console.log(`Restored ${restored.name}.${movedTo ? ` The database as it was is in ${movedTo}.` : ''}`);
  process.exit(0);
} catch (error) {
  exitWith(error);
}
