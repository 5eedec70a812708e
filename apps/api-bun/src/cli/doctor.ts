import { type DoctorReport, doctorReportSchema } from '@destila/contracts';
import { examine } from '../application/examine.ts';
import { composeDestila } from '../compose.ts';
import { type Config, readConfig } from '../config.ts';
import { DataDirLockedError } from '../database/data-dir-lock.ts';
import { createLogger } from '../logger.ts';
import { exitWith } from './process-end.ts';

// `bun run doctor`: what is wrong with this installation, and how to mend it.

const MARKS = { ok: '✓', warning: '!', broken: '✗' } as const;
/** Milliseconds; the checks themselves end after five seconds. */
const ANSWER_DEADLINE = 15_000;

try {
  const config = readConfig();
  const language = config.LANG?.startsWith('es') ? 'es' : 'en';
  const { checks } = await examineHere(config, language).catch((error: unknown) => {
    if (error instanceof DataDirLockedError) return askRunning(config, language, error);
    throw error;
  });
  for (const { title, status, detail, remedy } of checks) {
    console.log(`${MARKS[status]} ${title}: ${detail}${remedy ? `\n    ${remedy}` : ''}`);
  }
  process.exit(checks.some(({ status }) => status === 'broken') ? 1 : 0);
} catch (error) {
  exitWith(error);
}

async function examineHere(config: Config, language: 'es' | 'en'): Promise<DoctorReport> {
  const destila = await composeDestila(config, createLogger('error', 'stderr'));
  try {
    return await examine(destila.services.checks, language);
  } finally {
    await destila.stop();
  }
}

/** The embedded database has one process: while Destila runs, it is asked. Rejects with `locked` when it does not answer. */
async function askRunning({ PORT, ACCESS_TOKEN }: Config, language: string, locked: Error): Promise<DoctorReport> {
  try {
    const response = await fetch(`http://localhost:${PORT}/api/doctor`, {
      headers: { 'accept-language': language, ...(ACCESS_TOKEN && { authorization: `Bearer ${ACCESS_TOKEN}` }) },
      signal: AbortSignal.timeout(ANSWER_DEADLINE),
    });
    return doctorReportSchema.parse(await response.json());
  } catch (cause) {
    throw Object.assign(locked, { cause });
  }
}
