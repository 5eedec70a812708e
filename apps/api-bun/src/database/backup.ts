import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { exportLibrary, importLibrary } from './library-transfer.ts';
import { migrate } from './migrate.ts';
import { type EmbeddedDatabase, openPglite } from './pglite.ts';

export type BackupReason = 'scheduled' | 'shutdown' | 'migration';

export interface Backup {
  /** The file's name: the moment it was made, so that names sort by age, and the reason. */
  name: string;
  path: string;
  reason: BackupReason;
  madeAt: Date;
}

/** There is no backup to restore. The message is for the terminal. */
export class BackupNotFoundError extends Error {
  override readonly name = 'BackupNotFoundError';
  constructor(folder: string, wanted: string | undefined, present: readonly Backup[]) {
    const list = present.map((backup) => `\n  ${backup.name}`).join('');
    super(
      `There is no backup ${wanted ? `called ${wanted} ` : ''}in ${folder}.${list ? ` These are there:${list}` : ''}`,
    );
  }
}

/** The file is damaged; nothing was changed. The message is for the terminal. */
export class BackupUnreadableError extends Error {
  override readonly name = 'BackupUnreadableError';
  constructor(path: string, cause: unknown) {
    super(`${path} is damaged and was not restored. Choose another with \`bun run restore NAME\`.`, { cause });
  }
}

const NAME = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.(scheduled|shutdown|migration)\.(tar|ndjson)\.gz$/;

/**
 * Copies the database into `folder` and removes all but the newest `keep` backups of the same reason (those from before a
 * migration are not pushed out by hourly ones). Before a migration the copy is logical, so that it can be read by a later
 * Postgres and into another schema; otherwise it is the data folder as it stands. A file with a backup's name is whole.
 */
export async function backUp(
  database: EmbeddedDatabase,
  folder: string,
  reason: BackupReason,
  keep = 5,
): Promise<Backup> {
  await mkdir(folder, { recursive: true });
  const madeAt = new Date();
  const name = `${madeAt.toISOString().replaceAll(':', '-')}.${reason}.${reason === 'migration' ? 'ndjson' : 'tar'}.gz`;
  const backup: Backup = { name, path: join(folder, name), reason, madeAt };
  if (reason === 'migration') await exportLibrary(database, backup.path);
  else await dumpDataFolder(database, backup.path, join(folder, `${reason}.partial`));

  const old = (await listBackups(folder)).filter((other) => other.reason === reason).slice(keep);
  await Promise.all(old.map(({ path }) => rm(path, { force: true })));
  return backup;
}

/** The backups in `folder`, newest first. What was not finished is not among them. */
export async function listBackups(folder: string): Promise<Backup[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const [, day, hours, minutes, seconds, reason] = NAME.exec(name) ?? [];
      if (!isReason(reason)) return [];
      return [{ name, path: join(folder, name), reason, madeAt: new Date(`${day}T${hours}:${minutes}:${seconds}`) }];
    })
    .sort((a, b) => b.madeAt.getTime() - a.madeAt.getTime());
}

/**
 * Puts a backup (the newest, or the one called `name`) in the place of the database in `dataFolder`, which is moved aside and
 * never deleted. The backup is opened first: one that cannot be read changes nothing. The caller holds the folder's lock.
 *
 * @returns what was restored and where the former database is now, null when there was none.
 * @throws {BackupNotFoundError}, {BackupUnreadableError} or {LibraryFileError}
 */
export async function restoreBackup(options: {
  dataFolder: string;
  backupFolder: string;
  name?: string;
}): Promise<{ restored: Backup; movedTo: string | null }> {
  const { dataFolder, backupFolder, name } = options;
  const backups = await listBackups(backupFolder);
  const backup = name === undefined ? backups[0] : backups.find((candidate) => candidate.name === basename(name));
  if (!backup) throw new BackupNotFoundError(backupFolder, name, backups);

  const restoring = `${dataFolder}.restoring`;
  try {
    await rm(restoring, { recursive: true, force: true });
    await loadBackup(backup, restoring);
    const movedTo = await moveAside(dataFolder);
    await rename(restoring, dataFolder);
    return { restored: backup, movedTo };
  } finally {
    await rm(restoring, { recursive: true, force: true });
  }
}

async function loadBackup(backup: Backup, folder: string): Promise<void> {
  const isLogical = backup.reason === 'migration';
  const dump = isLogical ? undefined : await readDump(backup.path);
  const database = await openPglite({ folder, ...(dump && { dump }) }).catch((error: unknown) => {
    throw new BackupUnreadableError(backup.path, error);
  });
  try {
    if (!isLogical) return;
    await migrate(database);
    await importLibrary(database, backup.path, { userId: null });
  } finally {
    await database.close();
  }
}

/** Unpacked here: PGlite leaves a rejected promise behind when it meets a damaged file. */
async function readDump(path: string): Promise<Blob> {
  try {
    return new Blob([await promisify(gunzip)(await readFile(path))], { type: 'application/x-tar' });
  } catch (error) {
    throw new BackupUnreadableError(path, error);
  }
}

async function moveAside(folder: string): Promise<string | null> {
  const target = `${folder}.before-restore-${new Date().toISOString().replaceAll(':', '-')}`;
  try {
    await rename(folder, target);
    return target;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** `partial` has one name for all of a reason, so that dumps which a crash cut off do not pile up. */
async function dumpDataFolder(database: EmbeddedDatabase, path: string, partial: string): Promise<void> {
  try {
    const dump = await database.pglite.dumpDataDir('gzip');
    const file = await open(partial, 'w');
    try {
      await file.writeFile(new Uint8Array(await dump.arrayBuffer()));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

function isReason(text: string | undefined): text is BackupReason {
  return text === 'scheduled' || text === 'shutdown' || text === 'migration';
}
