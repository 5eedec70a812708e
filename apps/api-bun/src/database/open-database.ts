import { join } from 'node:path';
import type { Logger } from 'pino';
import { type BackupReason, backUp } from './backup.ts';
import { type DataDirLock, lockDataDir } from './data-dir-lock.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { type EmbeddedDatabase, openPglite } from './pglite.ts';
import { connectPostgres } from './postgres.ts';

/** Milliseconds between two backups of the embedded database. */
const BACKUP_INTERVAL = 6 * 3_600_000;

export interface DatabaseLocation {
  /** Absent: the embedded database, under `dataDir`. */
  url: string | undefined;
  dataDir: string;
}

export function databaseFolder(dataDir: string): string {
  return join(dataDir, 'database');
}

export function backupFolder(dataDir: string): string {
  return join(dataDir, 'backups');
}

/**
 * Opens the database and brings it up to date. The embedded one is locked against other processes, and backed up before it
 * is migrated, every few hours, and as it closes.
 * @throws {DataDirLockedError}, {DatabaseIsNewerError}
 */
export function openDatabase({ url, dataDir }: DatabaseLocation, logger: Logger): Promise<Database> {
  return url ? openPostgres(url, logger) : openEmbedded(dataDir, logger);
}

async function openPostgres(url: string, logger: Logger): Promise<Database> {
  const database = connectPostgres(url, (error) => logger.warn({ err: error }, 'an idle database connection broke'));
  try {
    sayMigrated(await migrate(database), logger);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openEmbedded(dataDir: string, logger: Logger): Promise<Database> {
  const lock = await lockDataDir(dataDir);
  let database: EmbeddedDatabase | undefined;
  try {
    const opened = await openPglite({ folder: databaseFolder(dataDir) });
    database = opened;
    const backUpNow = async (reason: BackupReason) => {
      const { name } = await backUp(opened, backupFolder(dataDir), reason);
      logger.info({ backup: name }, 'database backed up');
    };
    logger.info(
      { applied: await migrate(opened, { beforeChange: () => backUpNow('migration') }) },
      'database migrated',
    );
    return withRollingBackups(opened, lock, (reason) =>
      backUpNow(reason).catch((error: unknown) => logger.error({ err: error }, 'the database could not be backed up')),
    );
  } catch (error) {
    await database?.close();
    lock.release();
    throw error;
  }
}

function withRollingBackups(
  database: EmbeddedDatabase,
  lock: DataDirLock,
  backUpNow: (reason: BackupReason) => Promise<void>,
): Database {
  const timer = setInterval(() => void backUpNow('scheduled'), BACKUP_INTERVAL);
  return {
    ...database,
    async close() {
      clearInterval(timer);
      await backUpNow('shutdown');
      await database.close();
      lock.release();
    },
  };
}

function sayMigrated(applied: string[], logger: Logger): void {
  if (applied.length > 0) logger.info({ applied }, 'database migrated');
}
