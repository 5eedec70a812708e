import { Database, SQLiteError } from 'bun:sqlite';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

export interface DataDirLock {
  release(): void;
}

/** Another process works in the folder. The message is for the terminal: who it is and what to do. */
export class DataDirLockedError extends Error {
  override readonly name = 'DataDirLockedError';
  constructor(
    readonly folder: string,
    /** Null in the moment between its taking the lock and its saying who it is. */
    readonly holder: LockHolder | null,
  ) {
    const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : 'another process';
    const stop = holder ? `Stop it (Ctrl-C in its terminal, or \`kill ${holder.pid}\`)` : 'Stop it';
    super(`Destila already runs in ${folder} (${who}). ${stop}, or give this one another DATA_DIR.`);
  }
}

export interface LockHolder {
  pid: number;
  host: string;
  /** ISO 8601. */
  since: string;
}

/**
 * Takes the folder for this process alone, until `release` or until the process ends, however it ends.
 *
 * The lock is the one SQLite holds on a file: the kernel's own, so that it goes with the process that dies, a stale one
 * cannot be, and of two that start at once exactly one gets it. A file with a pid in it would promise less: pids are used
 * again, and every container's first process is number 1.
 *
 * @throws {DataDirLockedError} at once when another process, or another call, has the folder.
 */
export async function lockDataDir(folder: string): Promise<DataDirLock> {
  await mkdir(folder, { recursive: true });
  const file = new Database(join(folder, 'lock.sqlite'));
  try {
    sayWhoHolds(file, { pid: process.pid, host: hostname(), since: new Date().toISOString() });
    file.run('begin immediate');
  } catch (error) {
    const failure = isBusy(error) ? new DataDirLockedError(folder, whoHolds(file)) : error;
    file.close();
    throw failure;
  }
  return {
    release() {
      file.run('rollback');
      file.close();
    },
  };
}

/** Readable by others while the lock is held: a reserved lock lets them read what was committed before it. */
function sayWhoHolds(file: Database, holder: LockHolder): void {
  const write = file.transaction(() => {
    file.run('create table if not exists holder (pid integer, host text, since text)');
    file.run('delete from holder');
    file.run('insert into holder values (?, ?, ?)', [holder.pid, holder.host, holder.since]);
  });
  write.immediate();
}

function whoHolds(file: Database): LockHolder | null {
  try {
    return file.query<LockHolder, []>('select pid, host, since from holder').get();
  } catch (error) {
    if (error instanceof SQLiteError) return null;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && (error.code ?? '').startsWith('SQLITE_BUSY');
}
