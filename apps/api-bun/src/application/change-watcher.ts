import type { Logger } from 'pino';
import { changesSince, newestChange, runningElsewhere } from '../database/changes.ts';
import type { Database } from '../database/database.ts';
import type { JobEvents } from './job-events.ts';

/** Milliseconds between two looks at what other processes have done. */
const LOOK = 1_000;

/**
 * Says in this process what other processes do to jobs: one batched look a second at the history and at running jobs.
 * Only Postgres can have other processes; with the embedded database there is nothing to watch.
 */
export async function watchChanges(
  database: Database,
  events: JobEvents,
  workerId: string,
  logger: Logger,
): Promise<Disposable> {
  if (database.kind === 'pglite') return { [Symbol.dispose]() {} };
  const watcher = new ChangeWatcher(database, events, workerId);
  await watcher.skipThePast();
  const timer = setInterval(() => {
    watcher
      .look()
      .catch((error: unknown) => logger.warn({ err: error }, 'changes by other processes could not be read'));
  }, LOOK);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

class ChangeWatcher {
  /** Numbers of the changes told already that the next look will meet again. */
  #seen = new Set<number>();
  #newest = 0;
  #progressOf = new Map<string, string>();
  #looking = false;

  constructor(
    private readonly database: Database,
    private readonly events: JobEvents,
    private readonly workerId: string,
  ) {}

  async skipThePast(): Promise<void> {
    this.#newest = await newestChange(this.database);
    this.#seen = new Set((await changesSince(this.database, this.#newest)).map(({ id }) => id));
  }

  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#tellChanges();
      await this.#tellProgress();
    } finally {
      this.#looking = false;
    }
  }

  async #tellChanges(): Promise<void> {
    const changes = await changesSince(this.database, this.#newest);
    const fresh = changes.filter(({ id }) => !this.#seen.has(id));
    for (const jobId of new Set(fresh.map(({ job_id }) => job_id))) this.events.changed(jobId);
    this.#seen = new Set(changes.map(({ id }) => id));
    this.#newest = Math.max(this.#newest, ...this.#seen);
  }

  async #tellProgress(): Promise<void> {
    const running = await runningElsewhere(this.database, this.workerId);
    for (const { updated_at, ...progress } of running) {
      if (this.#progressOf.get(progress.id) !== updated_at) this.events.progressed(progress);
    }
    this.#progressOf = new Map(running.map(({ id, updated_at }) => [id, updated_at]));
  }
}
