import { join } from 'node:path';
import { readArguments, USAGE } from './cli/arguments.ts';
import { exitWith, stopOnDefects, stopOnSignals } from './cli/process-end.ts';
import { processInTerminal } from './cli/terminal.ts';
import { WORDS } from './cli/words.ts';
import { composeDestila } from './compose.ts';
import { readConfig } from './config.ts';
import { LOCAL_USER } from './database/users.ts';
import { createApp } from './http/app.ts';
import { accessRulesOf, serve } from './http/serve.ts';
import { createLogger } from './logger.ts';

const REPOSITORY = join(import.meta.dir, '../../..');
const SAMPLE = join(REPOSITORY, 'examples/la-luna-y-las-mareas.mp4');

// The API and the background processor in one process: what `start` runs.

try {
  const { help, sample, sources } = readArguments(process.argv.slice(2));
  if (help) {
    console.log(USAGE);
    process.exit(0);
  }
  await start([...(sample ? [SAMPLE] : []), ...sources]);
} catch (error) {
  exitWith(error);
}

async function start(sources: readonly string[]): Promise<void> {
  const config = readConfig();
  const language = config.LANG?.startsWith('es') ? 'es' : 'en';
  const rules = accessRulesOf(config);
  const logger = createLogger(config.LOG_LEVEL, { file: join(config.DATA_DIR, 'logs/destila.log') });
  const destila = await composeDestila(config, logger);
  const app = createApp(destila.services, rules, join(REPOSITORY, 'apps/web/dist'));
  const server = await Promise.try(serve, app, config).catch(async (error: unknown) => {
    await destila.stop();
    throw error;
  });
  const running = {
    async stop() {
      console.error(WORDS[language].stopping);
      await server.stop();
      await destila.stop();
    },
  };
  stopOnSignals(running);
  stopOnDefects(running, logger);
  if (config.WORKER) destila.start();
  console.error(WORDS[language].serving(destila.services.publicUrl));
  if (sources.length > 0) await processInTerminal(destila.services, LOCAL_USER, sources, process.stdout, language);
}
