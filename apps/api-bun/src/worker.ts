import { exitWith, stopOnDefects, stopOnSignals } from './cli/process-end.ts';
import { composeDestila } from './compose.ts';
import { ConfigError, readConfig } from './config.ts';
import { createLogger } from './logger.ts';

// The background processor alone, for further machines on one Postgres.

try {
  const config = readConfig();
  if (!config.DATABASE_URL)
    throw new ConfigError(['DATABASE_URL: a worker of its own needs a Postgres that others reach too']);
  const destila = await composeDestila(config, createLogger(config.LOG_LEVEL, 'stderr'));
  stopOnSignals(destila);
  stopOnDefects(destila, destila.services.logger);
  destila.start();
  destila.services.logger.info({ worker: destila.workerId }, 'worker started');
} catch (error) {
  exitWith(error);
}
