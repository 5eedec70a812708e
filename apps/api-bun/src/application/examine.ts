import type { DoctorCheck, DoctorReport } from '@destila/contracts';
import type { Services } from './services.ts';

/** What is wrong with this installation, and how to mend it. A check that throws is broken. */
export async function examine({ checks }: Services): Promise<DoctorReport> {
  return { checks: await Promise.all(Object.entries(checks).map(([name, check]) => run(name, check))) };
}

/** One thing that may be wrong; `name` is the key it stands under. */
export type Check = () => Promise<Omit<DoctorCheck, 'name'>>;

async function run(name: string, check: Check): Promise<DoctorCheck> {
  try {
    return { name, ...(await check()) };
  } catch (error) {
    return { name, status: 'broken', detail: error instanceof Error ? error.message : String(error), remedy: null };
  }
}
