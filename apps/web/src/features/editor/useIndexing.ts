import type { JobListItem } from '@destila/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api } from '../../lib/api.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { applyJob } from '../jobs/job-cache.ts';

export function useIndexing(id: string) {
  const client = useQueryClient();
  const language = useLanguage();
  const words = useMessages().editor;
  const options = (run: (id: string) => Promise<JobListItem>, done: string) => ({
    mutationFn: () => run(id),
    onSuccess: (job: JobListItem) => {
      applyJob(client, job);
      void client.invalidateQueries({ queryKey: ['search'] });
      toast.success(done);
    },
    onError: (error: unknown) => {
      const { message, hint } = errorText(error, language);
      toast.error(message, { description: hint });
    },
  });
  return {
    index: useMutation(options(api.index, words.indexed)),
    unindex: useMutation(options(api.unindex, words.unindexed)),
  };
}
