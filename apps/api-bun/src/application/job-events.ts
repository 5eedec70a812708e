import type { JobListItem } from '@destila/contracts';

/** What moves while a stage runs. */
export type JobProgress = Pick<
  JobListItem,
  'id' | 'user_id' | 'status' | 'progress' | 'current_step' | 'progress_detail' | 'held'
>;

/** A summary as far as it is written; null when it is being written no longer. */
export interface Draft {
  id: string;
  user_id: string;
  markdown: string | null;
}

/** What happens to jobs, said within this process at once. A hint: what is true stands in the database. */
export interface JobEvents {
  changed(jobId: string): void;
  progressed(progress: JobProgress): void;
  drafted(draft: Draft): void;
  onChanged(listener: (jobId: string) => void): () => void;
  onProgressed(listener: (progress: JobProgress) => void): () => void;
  onDrafted(listener: (draft: Draft) => void): () => void;
}

export function createJobEvents(): JobEvents {
  const changes = new Set<(jobId: string) => void>();
  const progresses = new Set<(progress: JobProgress) => void>();
  const drafts = new Set<(draft: Draft) => void>();
  return {
    changed: (jobId) => tell(changes, jobId),
    progressed: (progress) => tell(progresses, progress),
    drafted: (draft) => tell(drafts, draft),
    onChanged: (listener) => subscribe(changes, listener),
    onProgressed: (listener) => subscribe(progresses, listener),
    onDrafted: (listener) => subscribe(drafts, listener),
  };
}

function tell<News>(listeners: Set<(news: News) => void>, news: News): void {
  for (const listener of listeners) listener(news);
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
