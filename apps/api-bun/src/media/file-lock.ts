import { Database, SQLiteError } from 'bun:sqlite';

/** Milliseconds between two looks at a lock that somebody else has. */
const POLL_INTERVAL = 200;

/**
 * Takes a lock that processes of this machine share, and waits while another has it. It is the one SQLite holds on a
 * file: the kernel's own, so that it goes with the process that dies. The empty file at `path` stays.
 * @throws the signal's reason
 */
export async function lockFile(
  path: string,
  { signal, onWait }: { signal: AbortSignal; onWait?: () => Promise<void> },
): Promise<Disposable> {
  const file = new Database(path);
  try {
    while (!tryLock(file)) {
      await onWait?.();
      await Bun.sleep(POLL_INTERVAL);
      signal.throwIfAborted();
    }
  } catch (error) {
    file.close();
    throw error;
  }
  return { [Symbol.dispose]: () => file.close() };
}

function tryLock(file: Database): boolean {
  try {
    file.run('begin exclusive');
    return true;
  } catch (error) {
    if (error instanceof SQLiteError && (error.code ?? '').startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}
