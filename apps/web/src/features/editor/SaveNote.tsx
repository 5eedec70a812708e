import type { JobDetail, OnConflict } from '@destila/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LoaderCircle, Save } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { ApiError, api } from '../../lib/api.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { Button } from '../../ui/Button.tsx';
import { applyJob, jobKeys } from '../jobs/job-cache.ts';
import { settingsQuery } from '../settings/settings-query.ts';
import { ChangedPageDialog } from './ChangedPageDialog.tsx';
import { IndexDialog } from './IndexDialog.tsx';
import { useIndexing } from './useIndexing.ts';

/** Publishes the note, with every change in it, then asks whether it should be found by search. */
export function SaveNote({ job, flush }: { job: JobDetail; flush: () => Promise<boolean> }) {
  const words = useMessages().editor;
  const language = useLanguage();
  const client = useQueryClient();
  const settings = useQuery(settingsQuery).data;
  const { index } = useIndexing(job.id);
  const [asking, setAsking] = useState(false);
  const [isChanged, setIsChanged] = useState(false);
  const toNotion = (settings?.destination ?? job.saved_to) === 'notion';

  const save = useMutation({
    // Where the changes could not be sent, the draft itself says why.
    mutationFn: async (onConflict: OnConflict | null) => ((await flush()) ? api.save(job.id, onConflict) : null),
    onSuccess: (saved) => {
      if (!saved) return;
      applyJob(client, saved);
      void client.invalidateQueries({ queryKey: jobKeys.detail(job.id) });
      toast.success(saved.saved_to === 'notion' ? words.savedNotion : words.savedNote);
      if (saved.indexed_at || settings?.index_after_save === 'never') return;
      if (settings?.index_after_save === 'always') index.mutate();
      else setAsking(true);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'page_changed') return setIsChanged(true);
      const { message, hint } = errorText(error, language);
      toast.error(message, { description: hint });
    },
  });
  const run = (onConflict: OnConflict | null) => {
    if (!save.isPending) save.mutate(onConflict);
  };
  const click = () => run(null);
  useShortcuts({ 'mod+s': click });
  return (
    <>
      <Button look="primary" icon={save.isPending ? LoaderCircle : Save} aria-busy={save.isPending} onClick={click}>
        {save.isPending ? words.saving : toNotion ? words.saveNotion : words.saveNote}
      </Button>
      <ChangedPageDialog
        open={isChanged}
        location={job.saved_location}
        onClose={() => setIsChanged(false)}
        onChoose={run}
      />
      <IndexDialog open={asking} onClose={() => setAsking(false)} onIndex={() => index.mutate()} />
    </>
  );
}
