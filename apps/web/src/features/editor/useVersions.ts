import type { JobDetail, Operation, RevisionItem } from '@destila/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api } from '../../lib/api.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { applyJob, jobKeys } from '../jobs/job-cache.ts';

/** Milliseconds between two looks at work that may be going on in another process, of which no event tells. */
const LOOK = 2_000;

/** The versions of a summary, newest first. */
export function useRevisions(jobId: string) {
  return useQuery({ queryKey: jobKeys.revisions(jobId), queryFn: () => api.revisions(jobId) });
}

/** The latest writing anew; null when there was none. */
export function useRegeneration(job: JobDetail): Operation | null {
  return useOperation(job, 'regenerate');
}

/** The latest work of a kind on a job; null when there was none. */
export function useOperation(job: JobDetail, wanted: Operation['kind']): Operation | null {
  const { data } = useQuery({
    queryKey: jobKeys.operations(job.id),
    queryFn: () => api.operations(job.id),
    initialData: job.operations,
    refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === 'waiting') ? LOOK : false),
  });
  return data.find(({ kind }) => kind === wanted) ?? null;
}

export function useStopRegeneration(jobId: string) {
  const client = useQueryClient();
  const language = useLanguage();
  return useMutation({
    mutationFn: (operation: string) => api.cancelOperation(jobId, operation),
    onError: (error) => toast.error(errorText(error, language).message),
    onSettled: () => client.invalidateQueries({ queryKey: jobKeys.operations(jobId) }),
  });
}

/**
 * Puts a version in the note's place, after what was typed has been sent; that can be undone.
 * @param flush sends it, and says whether the server has everything
 */
export function useRestoreRevision(jobId: string, flush: () => Promise<boolean>) {
  const client = useQueryClient();
  const language = useLanguage();
  const words = useMessages();

  const restore = async (revision: string) => {
    // Where the changes could not be sent, the draft itself says why.
    if (!(await flush())) return null;
    const version = client.getQueryData<JobDetail>(jobKeys.detail(jobId))?.version;
    return version === undefined ? null : api.restoreRevision(jobId, revision, version);
  };
  const { mutate, isPending } = useMutation({
    mutationFn: restore,
    onSuccess: async (answer) => {
      if (!answer) return;
      applyJob(client, answer.job);
      await client.invalidateQueries({ queryKey: jobKeys.detail(jobId) });
      toast.success(words.versions.restored, {
        duration: 10_000,
        action: { label: words.app.undo, onClick: () => mutate(answer.replaced) },
      });
    },
    onError: (error) => {
      const { message, hint } = errorText(error, language);
      toast.error(message, { description: hint });
    },
  });
  return { restore: mutate, isPending };
}

/** The version in use: of those that say what the note says, the newest. */
export function revisionInUse(revisions: readonly RevisionItem[]): RevisionItem | undefined {
  return revisions.find(({ is_current }) => is_current);
}

/** The version that a finished writing anew has brought. */
export function resultOf(operation: Operation, revisions: RevisionItem[] | undefined): RevisionItem | null {
  const newest = revisions?.find(({ kind }) => kind === 'regenerated');
  return newest && newest.created_at >= operation.created_at ? newest : null;
}
