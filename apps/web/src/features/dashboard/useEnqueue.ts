import { BATCH_LIMIT, type JobListItem } from '@destila/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import { ApiError, api } from '../../lib/api.ts';
import { useMessages } from '../../lib/i18n/index.ts';
import { jobKeys } from '../jobs/job-cache.ts';
import { type AddOptions, requestOptions } from './add-options.ts';

export interface VideoToAdd {
  url: string;
  /** Where it is known already. */
  title?: string | null;
}

export interface Refusal {
  video: VideoToAdd;
  options: AddOptions;
  error: unknown;
}

/** Addresses one a line, as people paste them; each once. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split(/\s*\n\s*/).map((line) => line.trim()))].filter((line) => line !== '');
}

export function useEnqueue() {
  const announce = useSummaryToast();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState<Refusal[]>([]);

  /** Queues every video, in the order given. @returns the addresses that want mending; what was refused is in `refusals`. */
  async function add(videos: VideoToAdd[], options: AddOptions, force = false): Promise<string[]> {
    setBusy(true);
    dismiss(videos.map(({ url }) => url));
    const queued: JobListItem[] = [];
    const refused: Refusal[] = [];
    for (let from = 0; from < videos.length; from += BATCH_LIMIT) {
      const items = videos.slice(from, from + BATCH_LIMIT);
      const outcomes = await sendBatch(items, options, force);
      items.forEach((video, index) => {
        const outcome = outcomes[index];
        if (outcome && 'job' in outcome) queued.push(outcome.job);
        else refused.push({ video, options, error: outcome?.error });
      });
    }
    setBusy(false);
    setRefusals((now) => [...now, ...refused]);
    announce(queued, refused);
    void client.invalidateQueries({ queryKey: jobKeys.lists });
    return refused.filter((refusal) => !isDuplicate(refusal)).map(({ video }) => video.url);
  }
  function dismiss(urls: string[]): void {
    const settled = new Set(urls);
    setRefusals((now) => now.filter(({ video }) => !settled.has(video.url)));
  }
  return { add, busy, refusals, dismiss };
}

type Outcome = { job: JobListItem } | { error: unknown };

/** What became of each; of all of them the same, where the request itself failed. */
async function sendBatch(items: VideoToAdd[], options: AddOptions, force: boolean): Promise<Outcome[]> {
  try {
    const { results } = await api.enqueueMany({ items, ...requestOptions(options), ...(force && { force }) });
    return results.map((result) =>
      'job' in result ? result : { error: new ApiError(result.problem.code, result.problem) },
    );
  } catch (error) {
    return items.map(() => ({ error }));
  }
}

function isDuplicate({ error }: Pick<Refusal, 'error'>): boolean {
  return error instanceof ApiError && error.code === 'duplicate_url';
}

/** The job that is there already, where that is what an error says. */
export function existingJob(error: unknown): string | undefined {
  return error instanceof ApiError && isDuplicate({ error }) ? error.problem?.job_id : undefined;
}

/** "12 añadidos, 3 ya estaban, 1 no es una dirección"; one refusal alone needs no words beyond its notice. */
function useSummaryToast(): (queued: JobListItem[], refused: Refusal[]) => void {
  const words = useMessages().dashboard;
  const announce = useQueuedToast();
  return (queued, refused) => {
    if (refused.length === 0) return announce(queued);
    if (queued.length + refused.length === 1) return;
    const present = refused.filter(isDuplicate).length;
    const wrong = refused.filter(({ error }) => error instanceof ApiError && error.code === 'invalid_url').length;
    const counts = { added: queued.length, present, wrong, refused: refused.length - present - wrong };
    const summary = summaryOf(counts, words.summary);
    if (queued.length === 0) toast(summary);
    else toast.success(summary, { action: { label: words.viewQueue, onClick: () => location.assign('/jobs') } });
  };
}

const PARTS = ['added', 'present', 'wrong', 'refused'] as const;
type Part = (typeof PARTS)[number];

function summaryOf(counts: Record<Part, number>, words: Record<Part, (n: number) => string>): string {
  return PARTS.filter((part) => counts[part] > 0)
    .map((part) => words[part](counts[part]))
    .join(', ');
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
