import type { Logger } from 'pino';
import { ConfigError } from '../config.ts';

interface Stoppable {
  stop(): Promise<void>;
}

// `bun run` passes the terminal's Ctrl-C on to a process that has already had it: one key press arrives twice.
const ONE_KEY_PRESS_MS = 300;

/** The first SIGINT or SIGTERM stops in order, the second at once. */
export function stopOnSignals(running: Stoppable): void {
  let stoppingSince: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince < ONE_KEY_PRESS_MS) return;
      process.exit(signal === 'SIGINT' ? 130 : 143);
    }
    stoppingSince = performance.now();
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => exitWith(error),
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

/** An error that nobody caught leaves the process in a state that nobody knows: it is logged, and the process stops in order. */
export function stopOnDefects(running: Stoppable, logger: Logger): void {
  const onDefect = (error: unknown) => {
    logger.fatal({ err: error }, 'an error that nobody caught');
    running.stop().finally(() => exitWith(error));
  };
  process.once('uncaughtException', onDefect);
  process.once('unhandledRejection', onDefect);
}

/** Ends the process with a sentence for a person; errors that are not meant for one keep their stack. */
export function exitWith(error: unknown): never {
  process.stderr.write(`${describe(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}

/** Errors that the operator can mend by what their message says. */
const FOR_THE_OPERATOR = new Set([
  'ConfigError',
  'UsageError',
  'DataDirLockedError',
  'DatabaseIsNewerError',
  'PortInUseError',
  'BackupNotFoundError',
  'BackupUnreadableError',
  'LibraryFileError',
]);

const DISK_REFUSALS: Record<string, string> = {
  ENOSPC: 'no space is left on its disk.',
  SQLITE_FULL: 'no space is left on its disk.',
  EACCES: 'it may not be written to.',
  EPERM: 'it may not be written to.',
  EROFS: 'its disk is read-only.',
  ENOTDIR: 'a part of its path is a file.',
  EEXIST: 'it is a file.',
  SQLITE_CANTOPEN: 'it may not be written to.',
  SQLITE_READONLY: 'it may not be written to.',
};

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (FOR_THE_OPERATOR.has(error.name)) return error.message;
  if ('code' in error && error.code === 'ECONNREFUSED')
    return `The database does not answer: ${error.message}. Check DATABASE_URL.`;
  if ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) return error.message;
  if ('code' in error && typeof error.code === 'string' && error.code in DISK_REFUSALS) {
    return `DATA_DIR cannot be used: ${DISK_REFUSALS[error.code]} (${error.message})`;
  }
  return error.stack ?? error.message;
}
