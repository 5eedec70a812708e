import { setTimeout as sleep } from 'node:timers/promises';
import type { StageName } from '@destila/contracts';
import type { Queryable } from '../../apps/api-bun/src/database/database.ts';
import { migratedDatabase } from './databases.ts';
import { addUsers, addWaiting, connect, startProcessor } from './destila.ts';
import { scriptedStages } from './scripted-stages.ts';

const USERS = 3;
/** Milliseconds between two looks at whether all are ready. */
const LOOK = 10;
const SLOTS = { downloading: 2, transcribing: 1, summarizing: 2 };

/** Milliseconds. */
export interface Makespan {
  took: number;
  /** No schedule is shorter: the one transcriber does every transcription, after the first download and before the last summary. */
  bound: number;
}

/** How long `jobs` jobs take from the first claim to the last summary, when transcribing takes `work` milliseconds and the others less. */
export async function measureMakespan(jobs: number, work: number): Promise<Makespan> {
  const url = await migratedDatabase();
  const database = connect(url);
  await addWaiting(database, await addUsers(database, USERS), jobs);
  const lasts: Record<StageName, number> = { downloading: work * 0.6, transcribing: work, summarizing: work * 0.8 };
  const begun = performance.now();
  await using _processor = await startProcessor(
    url,
    SLOTS,
    scriptedStages((_, stage) => sleep(lasts[stage])),
  );
  while ((await countReady(database)) < jobs) await sleep(LOOK);
  const took = performance.now() - begun;
  await database.close();
  return { took, bound: lasts.downloading + jobs * lasts.transcribing + lasts.summarizing };
}

async function countReady(db: Queryable): Promise<number> {
  const [row] = await db.query<{ count: number }>("select count(*) from processing_jobs where status = 'ready'");
  return row?.count ?? 0;
}
