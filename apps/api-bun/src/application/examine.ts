import {
  type CheckName,
  DestilaError,
  type DoctorLanguage,
  type DoctorReport,
  type Finding,
  finding,
  tellFinding,
} from '@destila/contracts';

/**
 * Looks at one thing that may be wrong; one that throws finds it broken, and null is nothing to tell. Its signal aborts at
 * the deadline.
 */
export type Check = (signal: AbortSignal) => Promise<Finding | null>;

/** The things to look at, in the order they are told. */
export type Checks = readonly (readonly [CheckName, Check])[];

/** Milliseconds for each check. */
const DEADLINE = 5_000;

/**
 * What is wrong with this installation, and how to mend it. The checks run side by side; none takes longer than the deadline
 * (milliseconds), and none fails the others.
 */
export async function examine(checks: Checks, language: DoctorLanguage, deadline = DEADLINE): Promise<DoctorReport> {
  const told = checks.map(async ([name, check]) => {
    const found = await run(check, deadline);
    return found && tellFinding(name, found, language);
  });
  return { checks: (await Promise.all(told)).filter((check) => check !== null) };
}

async function run(check: Check, deadline: number): Promise<Finding | null> {
  const signal = AbortSignal.timeout(deadline);
  try {
    return await Promise.race([Promise.try(check, signal), abortOf(signal)]);
  } catch (error) {
    if (signal.aborted) return finding('check_timed_out', { seconds: deadline / 1000 });
    if (error instanceof DestilaError) return { code: error.code, facts: {} };
    return finding('check_failed', { reason: reasonOf(error) });
  }
}

/** An error's own words, without what an address in them may hold of a password. */
export function reasonOf(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  return message.replace(/\/\/[^/\s@]*@/g, '//…@');
}

/** Rejects when the signal aborts, also where a check does not heed it. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}
