import type { JobDetail } from '@destila/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { api } from '../../lib/api.ts';
import { applyJob, jobKeys } from '../jobs/job-cache.ts';
import { Draft } from './draft.ts';

/** Milliseconds: after a pause in typing; and between attempts while the server is out of reach. */
const AUTOSAVE_DELAY = 800;
const OFFLINE_RETRY = 5000;

/** The draft of the job on the page: saved by itself, guarded against closing, in step with other windows. */
export function useDraft(job: JobDetail): Draft {
  const client = useQueryClient();
  const [draft] = useState(
    () =>
      new Draft({
        job,
        send: (version, changes) => api.edit(job.id, version, changes),
        fetchJob: () => api.job(job.id),
        onSaved: (saved, changes) => {
          const detail = client.getQueryData<JobDetail>(jobKeys.detail(job.id));
          if (detail) client.setQueryData(jobKeys.detail(job.id), { ...detail, ...saved, ...changes });
          applyJob(client, saved);
        },
        delay: AUTOSAVE_DELAY,
        retryDelay: OFFLINE_RETRY,
      }),
  );

  useEffect(() => () => draft.dispose(), [draft]);
  useEffect(() => draft.adopt(job), [draft, job]);
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent) => {
      if (draft.unsaved) event.preventDefault();
    };
    const saveWhenHidden = () => {
      if (document.visibilityState === 'hidden' && draft.unsaved) void draft.flush();
    };
    const saveWhenOnline = () => void draft.flush();
    addEventListener('beforeunload', guard);
    document.addEventListener('visibilitychange', saveWhenHidden);
    addEventListener('online', saveWhenOnline);
    return () => {
      removeEventListener('beforeunload', guard);
      document.removeEventListener('visibilitychange', saveWhenHidden);
      removeEventListener('online', saveWhenOnline);
    };
  }, [draft]);
  return draft;
}

export function useDraftSnapshot(draft: Draft) {
  return useSyncExternalStore(draft.subscribe, draft.snapshot);
}
