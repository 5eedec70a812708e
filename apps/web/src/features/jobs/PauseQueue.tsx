import type { QueueState } from '@destila/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { api } from '../../lib/api.ts';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';

const KEY = ['queue-state'];

function useQueueState() {
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.queueState(signal), retry: false });
}

/** Whether nothing new begins. False for people who do not run the installation, and are not told. */
export function useQueuePaused(): boolean {
  return useQueueState().data?.paused ?? false;
}

/** Lets nothing new begin, or lets it go on. Not shown to people who do not run the installation. */
export function PauseQueue() {
  const words = useMessages().queue;
  const client = useQueryClient();
  const state = useQueueState();
  const change = useMutation({
    mutationFn: (paused: boolean) => api.pauseQueue(paused),
    onSuccess: (changed: QueueState) => client.setQueryData(KEY, changed),
  });
  if (!state.data) return null;
  const { paused } = state.data;
  return (
    <Button
      look="quiet"
      icon={paused ? Play : Pause}
      disabled={change.isPending}
      onClick={() => change.mutate(!paused)}
    >
      {paused ? words.resume : words.pause}
    </Button>
  );
}

/** Says that the queue is paused, so that nobody wonders why nothing moves. */
export function PausedNotice() {
  const words = useMessages().queue;
  if (!useQueuePaused()) return null;
  return (
    <p role="status" className="card mb-3 flex items-center gap-2 px-3 py-2 text-sm text-muted">
      <Pause className="size-4 shrink-0" aria-hidden="true" />
      {words.paused}
    </p>
  );
}
