import type { DoctorCheck, DoctorReport } from '@destila/contracts';

/** One thing that may be wrong; a check that throws is broken. */
export type Check = () => Promise<Omit<DoctorCheck, 'name'>>;

/** What is wrong with this installation, and how to mend it. */
export async function examine(checks: Record<string, Check>): Promise<DoctorReport> {
  return { checks: await Promise.all(Object.entries(checks).map(([name, check]) => run(name, check))) };
}

async function run(name: string, check: Check): Promise<DoctorCheck> {
  try {
    return { name, ...(await check()) };
  } catch (error) {
    return { name, status: 'broken', detail: error instanceof Error ? error.message : String(error), remedy: null };
  }
}
