import type { JobDetail, JobEvent, JobListItem, JobPage } from '@destila/contracts';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { isBeingWritten, isUnfinished } from './job-words.ts';

/** Everything about jobs is under `['jobs']`, the specification's key; the polling fallback refreshes what is in view. */
export const jobKeys = {
  all: ['jobs'],
  lists: ['jobs', 'list'],
  list: (filter: { status?: string; q?: string; limit?: number }) => ['jobs', 'list', filter],
  detail: (id: string) => ['jobs', 'detail', id],
  history: (id: string) => ['jobs', 'history', id],
  operations: (id: string) => ['jobs', 'operations', id],
  revisions: (id: string) => ['jobs', 'revisions', id],
  revision: (id: string, revision: string) => ['jobs', 'revisions', id, revision],
  /** Only events bring it: nothing can be fetched anew. */
  draft: (id: string) => ['draft', id],
} as const;

/** A job's summary as far as it was seen being written. */
export interface LiveDraft {
  markdown: string;
  over: boolean;
}

export type JobPages = InfiniteData<JobPage, string | null>;

/**
 * Applies an event to what is on the screen. Returns true where the cache cannot know the truth by itself
 * (a job it has not seen, a count that changes, events that were missed), so that lists must be fetched anew.
 */
export function applyJobEvent(client: QueryClient, event: JobEvent): boolean {
  switch (event.type) {
    case 'progress':
      patchEverywhere(client, event.job);
      return false;
    case 'job':
      return applyJob(client, event.job);
    case 'draft':
      client.setQueryData<LiveDraft | null>(jobKeys.draft(event.id), (shown) =>
        event.markdown === null ? shown && { ...shown, over: true } : { markdown: event.markdown, over: false },
      );
      return false;
    case 'deleted':
      removeEverywhere(client, event.id);
      return true;
    case 'resync':
      return true;
  }
}

/** Puts a job, as the server answered it, wherever it is shown. @returns whether lists must be fetched anew. */
export function applyJob(client: QueryClient, job: JobListItem): boolean {
  const statusBefore = shownStatus(client, job.id);
  patchEverywhere(client, job);
  // A draft that is over stays until what became of it can take its place; after a try that failed, nothing will.
  if (isUnfinished(job) && !isBeingWritten(job)) client.setQueryData(jobKeys.draft(job.id), null);
  if (statusBefore !== job.status) void client.invalidateQueries({ queryKey: jobKeys.detail(job.id) });
  for (const key of [jobKeys.history, jobKeys.operations, jobKeys.revisions]) {
    void client.invalidateQueries({ queryKey: key(job.id) });
  }
  return statusBefore !== job.status;
}

/** Fetches a job's long texts anew where a newer version of them exists, as after an edit in another window. */
export function refetchOlderThan(client: QueryClient, { id, version }: { id: string; version: number }): void {
  const shown = client.getQueryData<JobDetail>(jobKeys.detail(id));
  if (shown && shown.version < version) void client.invalidateQueries({ queryKey: jobKeys.detail(id) });
}

export function removeEverywhere(client: QueryClient, id: string): void {
  client.setQueriesData<JobPages>({ queryKey: jobKeys.lists }, (data) => data && withoutJob(data, id));
}

function patchEverywhere(client: QueryClient, change: Partial<JobListItem> & { id: string }): void {
  client.setQueriesData<JobPages>({ queryKey: jobKeys.lists }, (data) => data && withJob(data, change));
  // The version stays with the texts it belongs to, which no event carries.
  client.setQueryData<JobDetail>(
    jobKeys.detail(change.id),
    (job) => job && { ...merged(job, change), version: job.version },
  );
}

function shownStatus(client: QueryClient, id: string): JobListItem['status'] | null {
  const lists = client.getQueriesData<JobPages>({ queryKey: jobKeys.lists });
  const listed = lists.flatMap(([, data]) => data?.pages.flatMap((page) => page.jobs) ?? []);
  const shown = listed.find((job) => job.id === id) ?? client.getQueryData<JobDetail>(jobKeys.detail(id));
  return shown?.status ?? null;
}

/** The same pages with one job changed. Untouched pages keep their identity, so that nothing else renders. */
export function withJob(data: JobPages, change: Partial<JobListItem> & { id: string }): JobPages {
  return onPages(data, (jobs) => {
    const found = jobs.some((job) => job.id === change.id);
    return found ? jobs.map((job) => (job.id === change.id ? merged(job, change) : job)) : jobs;
  });
}

export function withoutJob(data: JobPages, id: string): JobPages {
  return onPages(data, (jobs) => (jobs.some((job) => job.id === id) ? jobs.filter((job) => job.id !== id) : jobs));
}

/** Answers and events travel apart: an older version never overwrites a newer one. */
function merged<Job extends JobListItem>(job: Job, change: Partial<JobListItem>): Job {
  return change.version !== undefined && change.version < job.version ? job : { ...job, ...change };
}

function onPages(data: JobPages, change: (jobs: JobListItem[]) => JobListItem[]): JobPages {
  const pages = data.pages.map((page) => {
    const jobs = change(page.jobs);
    return jobs === page.jobs ? page : { ...page, jobs };
  });
  return pages.every((page, index) => page === data.pages[index]) ? data : { ...data, pages };
}
