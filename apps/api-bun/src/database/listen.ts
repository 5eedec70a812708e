import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** What `queue.record` notifies. */
const CHANNEL = 'destila_jobs';
/** Milliseconds before the connection is tried again: doubled from the least with every failure in a row, less up to a half. */
const BACKOFF = { least: 1_000, most: 60_000 };
/** Milliseconds between two looks at whether the connection is still alive, and for how long it may keep silent. */
const CHECK = { every: 30_000, timeout: 10_000 };

/**
 * Hears of every change to a job, whichever process makes it, as soon as it is committed. A hint, nothing to rely on: what is
 * notified while the connection is away is lost, and through a pooler in transaction mode nothing arrives at all.
 * `onBreak` hears why the connection broke; it is made anew until the listener is disposed of.
 */
export function listenToJobs(
  url: string,
  onJob: (jobId: string) => void,
  onBreak: (error: unknown) => void,
): Disposable {
  const stopping = new AbortController();
  void keepListening(url, onJob, onBreak, stopping.signal);
  return { [Symbol.dispose]: () => stopping.abort() };
}

async function keepListening(
  url: string,
  onJob: (jobId: string) => void,
  onBreak: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await listen(url, onJob, () => (failures = 0), signal);
    } catch (error) {
      if (signal.aborted) return;
      onBreak(error);
      await sleep(backoff(failures++), undefined, { signal }).catch(() => {});
    }
  }
}

function backoff(failures: number): number {
  return Math.min(BACKOFF.most, BACKOFF.least * 2 ** failures) * (0.5 + Math.random() / 2);
}

/** One connection's life. Rejects when it breaks or the signal aborts. */
async function listen(
  url: string,
  onJob: (jobId: string) => void,
  onListening: () => void,
  signal: AbortSignal,
): Promise<never> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'destila-listen',
    connectionTimeoutMillis: CHECK.timeout,
    query_timeout: CHECK.timeout,
  });
  const broken = new AbortController();
  client.on('error', (error) => broken.abort(error));
  client.on('notification', ({ payload }) => payload && onJob(payload));
  const ended = AbortSignal.any([signal, broken.signal]);
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    onListening();
    while (true) {
      await sleep(CHECK.every, undefined, { signal: ended });
      await client.query('select 1');
    }
  } finally {
    // Not awaited: a connection that is silently dead never says good-bye.
    void client.end().catch(() => {});
  }
}
