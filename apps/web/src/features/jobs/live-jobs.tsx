import type { JobListItem } from '@destila/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { listenToJobs } from '../../lib/events.ts';
import { currentLanguage, MESSAGES } from '../../lib/i18n/index.ts';
import { applyJobEvent, jobKeys, refetchOlderThan } from './job-cache.ts';
import { jobName, statusLabel } from './job-words.ts';

/** Milliseconds: one fetch for a burst of events. */
const REFETCH_DELAY = 250;

const Live = createContext(false);

/** True while events arrive by themselves; false means that lists have to be polled. */
export function useLive(): boolean {
  return useContext(Live);
}

/** Keeps every job on the page up to date, and tells screen readers, politely, when one changes its status. */
export function LiveJobs({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [live, setLive] = useState(false);
  const [announcement, setAnnouncement] = useState('');

  useEffect(() => {
    const refetchLists = later(() => void client.invalidateQueries({ queryKey: jobKeys.lists }));
    const refetchAll = () => void client.invalidateQueries({ queryKey: jobKeys.all });
    const stop = listenToJobs({
      open: () => {
        setLive(true);
        refetchAll();
      },
      down: () => setLive(false),
      event: (event) => {
        const unknown = applyJobEvent(client, event);
        if (event.type === 'resync') return refetchAll();
        if (unknown) refetchLists();
        if (event.type !== 'job') return;
        // The answer to an edit made on this page may still be under way; it brings the new version itself.
        setTimeout(refetchOlderThan, REFETCH_DELAY, client, event.job);
        if (unknown) setAnnouncement(statusNews(event.job));
      },
    });
    return stop;
  }, [client]);

  return (
    <Live value={live}>
      {children}
      <p className="sr-only" role="status" aria-live="polite">
        {announcement}
      </p>
    </Live>
  );
}

function statusNews(job: JobListItem): string {
  const language = currentLanguage();
  return MESSAGES[language].job.announce(jobName(job, language), statusLabel(job, language));
}

/** Runs once for a burst of calls. */
function later(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, REFETCH_DELAY);
  };
}
