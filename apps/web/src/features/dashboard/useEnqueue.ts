import type { JobListItem } from '@destila/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import { api } from '../../lib/api.ts';
import { useMessages } from '../../lib/i18n/index.ts';
import { jobKeys } from '../jobs/job-cache.ts';

export interface Refusal {
  url: string;
  prompt: string;
  error: unknown;
}

/** Addresses one a line, as people paste them; each once. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split(/\s*\n\s*/).map((line) => line.trim()))].filter((line) => line !== '');
}

export function useEnqueue() {
  const announce = useQueuedToast();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState<Refusal[]>([]);

  /** Queues every address, in the order given. @returns those that were refused; why is in `refusals`. */
  async function add(urls: string[], prompt: string, force = false): Promise<string[]> {
    setBusy(true);
    setRefusals((now) => now.filter(({ url }) => !urls.includes(url)));
    const queued: JobListItem[] = [];
    const refused: Refusal[] = [];
    for (const url of urls) {
      try {
        queued.push(await api.enqueue({ url, custom_prompt: prompt.trim() || null, ...(force && { force }) }));
      } catch (error) {
        refused.push({ url, prompt, error });
      }
    }
    setBusy(false);
    setRefusals((now) => [...now, ...refused]);
    announce(queued);
    void client.invalidateQueries({ queryKey: jobKeys.lists });
    return refused.map(({ url }) => url);
  }
  const dismiss = (url: string) => setRefusals((now) => now.filter((refusal) => refusal.url !== url));
  return { add, busy, refusals, dismiss };
}

/** "Video encolado", with a way there. */
export function useQueuedToast(): (queued: JobListItem[]) => void {
  const words = useMessages().dashboard;
  return (queued) => {
    const [first] = queued;
    if (!first) return;
    const one = queued.length === 1;
    toast.success(one ? words.queued : words.queuedMany(queued.length), {
      action: {
        label: one ? words.seeJob : words.viewQueue,
        onClick: () => location.assign(one ? `/jobs/${first.id}` : '/jobs'),
      },
    });
  };
}
