import type { JobDetail, OnConflict } from '@destila/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LoaderCircle, Save } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { toast } from 'sonner';
import { ApiError, api } from '../../lib/api.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { Button } from '../../ui/Button.tsx';
import { applyJob, jobKeys } from '../jobs/job-cache.ts';
import { settingsQuery } from '../settings/settings-query.ts';
import { CategoryPopup } from './CategoryPopup.tsx';
import { ChangedPageDialog } from './ChangedPageDialog.tsx';
import type { Draft } from './draft.ts';
import { IndexDialog } from './IndexDialog.tsx';
import { useIndexing } from './useIndexing.ts';

interface SaveNoteProps {
  job: JobDetail;
  draft: Draft;
  flush: () => Promise<boolean>;
  /** Whether the person is asked what becomes of somebody's changes. */
  isChoosing: boolean;
  onChoosing: (isChoosing: boolean) => void;
}

/** Publishes the note, with every change in it, then asks whether it should be found by search. */
export function SaveNote({ job, draft, flush, isChoosing, onChoosing }: SaveNoteProps) {
  const words = useMessages().editor;
  const language = useLanguage();
  const client = useQueryClient();
  const settings = useQuery(settingsQuery).data;
  const { index } = useIndexing(job.id);
  const [asking, setAsking] = useState(false);
  const [lacksCategory, setLacksCategory] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const toNotion = (settings?.destination ?? job.saved_to) === 'notion';

  // "Always" is kept by the server.
  const ask = ({ indexed_at }: Pick<JobDetail, 'indexed_at'>) => {
    if (!indexed_at && (settings?.index_after_save ?? 'ask') === 'ask') setAsking(true);
  };
  const save = useMutation({
    // Where the changes could not be sent, the draft itself says why.
    mutationFn: async (onConflict: OnConflict | null) => ((await flush()) ? api.save(job.id, onConflict) : null),
    onSuccess: (saved) => {
      if (!saved) return;
      applyJob(client, saved);
      void client.invalidateQueries({ queryKey: jobKeys.detail(job.id) });
      toast.success(saved.saved_to === 'notion' ? words.savedNotion : words.savedNote);
      ask(saved);
    },
    onError: (error) => {
      void client.invalidateQueries({ queryKey: jobKeys.detail(job.id) });
      if (error instanceof ApiError && error.code === 'page_changed') return onChoosing(true);
      if (error instanceof ApiError && error.code === 'category_required') return setLacksCategory(true);
      const { message, hint } = errorText(error, language);
      toast.error(message, { description: hint });
    },
  });
  useEndOfSave(job, () => !save.isPending && ask(job));
  const run = (onConflict: OnConflict | null) => {
    if (!save.isPending) save.mutate(onConflict);
  };
  const click = () => run(null);
  useShortcuts({ 'mod+s': click });
  const saveIn = (category_id: string | null) => {
    setLacksCategory(false);
    draft.change({ category_id });
    run(null);
  };
  // Opened by no trigger, the list would leave the focus nowhere.
  const returnFocus = () => {
    if (document.activeElement === document.body) button.current?.focus();
  };
  return (
    <>
      <Popover.Root open={lacksCategory} onOpenChange={setLacksCategory}>
        <Popover.Anchor asChild>
          <Button
            ref={button}
            look="primary"
            icon={save.isPending ? LoaderCircle : Save}
            aria-busy={save.isPending}
            onClick={click}
          >
            {save.isPending ? words.saving : toNotion ? words.saveNotion : words.saveNote}
          </Button>
        </Popover.Anchor>
        <CategoryPopup
          value={null}
          suggested={job.suggested_category_id}
          reason={words.chooseToSave}
          align="end"
          onChoose={saveIn}
          onCloseAutoFocus={returnFocus}
        />
      </Popover.Root>
      <ChangedPageDialog
        open={isChoosing}
        location={job.saved_location}
        onClose={() => onChoosing(false)}
        onChoose={run}
      />
      <IndexDialog open={asking} onClose={() => setAsking(false)} onIndex={() => index.mutate()} />
    </>
  );
}

/** Tells of a save that was made in the background, while the page is open. */
function useEndOfSave({ status, unfinished_save }: JobDetail, onEnd: () => void) {
  const state = unfinished_save?.state ?? null;
  const [former, setFormer] = useState(state);
  const told = useEffectEvent(onEnd);
  useEffect(() => {
    if (former === state) return;
    setFormer(state);
    if (former === 'pending' && state === null && status === 'saved') told();
  }, [former, state, status]);
}
