import type { JobEvents } from './job-events.ts';

/** Milliseconds between two looks at a summary that is being written. */
const PACE = 250;

/** Shows a summary while it is being written; disposing of it says that it is written no longer. */
export interface SummaryDraft extends Disposable {
  show(markdown: string): void;
}

/** At most four times a second, and in this process alone: what is half written is in no database. */
export function startDraft(events: JobEvents, job: { id: string; user_id: string }): SummaryDraft {
  let latest: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shownAt = Number.NEGATIVE_INFINITY;

  const tell = () => {
    timer = undefined;
    shownAt = performance.now();
    events.drafted({ id: job.id, user_id: job.user_id, markdown: latest });
  };
  return {
    show(markdown) {
      latest = markdown;
      timer ??= setTimeout(tell, Math.max(0, shownAt + PACE - performance.now()));
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      if (latest === null) return;
      latest = null;
      tell();
    },
  };
}
