import { hasUnfinished, type JobDetail, type JobListItem, POLL_INTERVAL } from '@destila/contracts';
import { skipToken, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api, type JobsFilter } from '../../lib/api.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { applyJob, type JobPages, jobKeys, type LiveDraft, removeEverywhere } from './job-cache.ts';
import { isUnfinished } from './job-words.ts';
import { useLive } from './live-jobs.tsx';

/** A page of jobs after another, kept live by events; without them, polled while any job is unfinished. */
export function useJobs(filter: JobsFilter) {
  const live = useLive();
  return useInfiniteQuery({
    queryKey: jobKeys.list(filter),
    queryFn: ({ pageParam, signal }) => api.jobs(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) => (!live && pollWorthy(state.data) ? POLL_INTERVAL : false),
    placeholderData: (previous) => previous,
  });
}

/** By the counts, not by the page in view. */
function pollWorthy(data: JobPages | undefined): boolean {
  const counts = data?.pages[0]?.counts;
  return counts === undefined || hasUnfinished(counts);
}

export function useJob(id: string) {
  const live = useLive();
  return useQuery({
    queryKey: jobKeys.detail(id),
    queryFn: ({ signal }) => api.job(id, signal),
    refetchInterval: ({ state }) => (!live && isPolled(state.data) ? POLL_INTERVAL : false),
  });
}

function isPolled(job: JobDetail | undefined): boolean {
  return job !== undefined && (isUnfinished(job) || job.unfinished_save?.state === 'pending');
}

/** The job's summary as it is being written, where that happens in the server's own process; null otherwise. */
export function useLiveDraft(id: string): LiveDraft | null {
  return useQuery<LiveDraft | null>({ queryKey: jobKeys.draft(id), queryFn: skipToken }).data ?? null;
}

/** What a person can do to a job from anywhere. Each says on the screen how it went. */
export function useJobActions() {
  const client = useQueryClient();
  const language = useLanguage();
  const words = useMessages();

  const refetchLists = () => client.invalidateQueries({ queryKey: jobKeys.lists });
  const settle = (job: JobListItem) => {
    applyJob(client, job);
    void client.invalidateQueries({ queryKey: jobKeys.detail(job.id) });
    return refetchLists();
  };
  const fail = (error: unknown) => {
    const { message, hint } = errorText(error, language);
    toast.error(message, { description: hint });
    void refetchLists();
  };

  const act = (run: (id: string) => Promise<JobListItem>, done: string) =>
    ({
      mutationFn: run,
      onSuccess: (job: JobListItem) => {
        toast(done);
        return settle(job);
      },
      onError: fail,
    }) as const;

  const retry = useMutation(act(api.retry, words.job.retried));
  const cancel = useMutation(act(api.cancel, words.job.cancelled));
  const front = useMutation(act(api.front, words.job.fronted));
  const restore = useMutation({ mutationFn: api.restore, onSuccess: settle, onError: fail });
  const remove = useMutation({
    mutationFn: api.remove,
    onMutate: (id) => removeEverywhere(client, id),
    onSuccess: (_, id) => {
      toast(words.job.removed, {
        duration: 10_000,
        action: { label: words.app.undo, onClick: () => restore.mutate(id) },
      });
      return refetchLists();
    },
    onError: fail,
  });
  return { retry, cancel, front, remove };
}
