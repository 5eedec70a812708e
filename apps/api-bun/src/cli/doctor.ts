import { examine } from '../application/examine.ts';
import { composeDestila } from '../compose.ts';
import { readConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { exitWith } from './process-end.ts';

// `bun run doctor`: what is wrong with this installation, and how to mend it.

const MARKS = { ok: '✓', warning: '!', broken: '✗' } as const;

try {
  const destila = await composeDestila(readConfig(), createLogger('error', 'stderr'));
  const { checks } = await examine(destila.services.checks);
  await destila.stop();
  for (const { name, status, detail, remedy } of checks) {
    console.log(`${MARKS[status]} ${name}: ${detail}${remedy ? `\n    ${remedy}` : ''}`);
  }
  process.exit(checks.some(({ status }) => status === 'broken') ? 1 : 0);
} catch (error) {
  exitWith(error);
}
