import type { JobListItem } from '@destila/contracts';

/** What moves while a stage runs. */
export type JobProgress = Pick<
  JobListItem,
  'id' | 'user_id' | 'status' | 'progress' | 'current_step' | 'progress_detail' | 'held'
>;

/** What happens to jobs, said within this process at once. A hint: what is true stands in the database. */
export interface JobEvents {
  changed(jobId: string): void;
  progressed(progress: JobProgress): void;
  onChanged(listener: (jobId: string) => void): () => void;
  onProgressed(listener: (progress: JobProgress) => void): () => void;
}

export function createJobEvents(): JobEvents {
  const changes = new Set<(jobId: string) => void>();
  const progresses = new Set<(progress: JobProgress) => void>();
  return {
    changed: (jobId) => {
      for (const listener of changes) listener(jobId);
    },
    progressed: (progress) => {
      for (const listener of progresses) listener(progress);
    },
    onChanged: (listener) => subscribe(changes, listener),
    onProgressed: (listener) => subscribe(progresses, listener),
  };
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
