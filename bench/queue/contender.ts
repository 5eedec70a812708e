/** How many workers each queue has, in every comparison. */
export const WORKERS = 8;

/** A queue that is measured. Its jobs do nothing; each worker runs one at a time. */
export interface Contender extends AsyncDisposable {
  readonly name: string;
  /** Adds one job, over a connection that its workers don't use. */
  add(): Promise<unknown>;
  addMany(count: number): Promise<unknown>;
  /** Starts workers for jobs that come now and then. `onStart` is called as each begins. */
  waitForJobs(onStart: () => void): Promise<AsyncDisposable>;
  /** Starts workers for a backlog. */
  workOff(onStart: () => void): Promise<AsyncDisposable>;
}

/** Workers that each do one job after another until there is none, or they are stopped. */
export function loops(workOne: () => Promise<boolean>): AsyncDisposable & { done: Promise<unknown> } {
  let stopped = false;
  const work = async () => {
    while (!stopped && (await workOne()));
  };
  const done = Promise.all(Array.from({ length: WORKERS }, work));
  return {
    done,
    async [Symbol.asyncDispose]() {
      stopped = true;
      await done;
    },
  };
}
