import { Check, CloudOff, LoaderCircle, TriangleAlert } from 'lucide-react';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import type { Draft } from './draft.ts';
import { useDraftSnapshot } from './useDraft.ts';

/** Where the person's changes are at this moment. Silent until there is something to say. */
export function DraftStatus({ draft }: { draft: Draft }) {
  const words = useMessages().editor;
  const language = useLanguage();
  const { state, fields, error } = useDraftSnapshot(draft);
  const blank = fields.summary_markdown.trim() === '';
  const { text, Icon, tone } = {
    clean: { text: words.draftSaved, Icon: Check, tone: 'text-faint' },
    dirty: { text: blank ? words.draftBlank : words.draftDirty, Icon: null, tone: 'text-faint' },
    saving: { text: words.draftSaving, Icon: LoaderCircle, tone: 'text-faint' },
    offline: { text: words.draftOffline, Icon: CloudOff, tone: 'text-warning' },
    failed: {
      text: `${words.draftFailed}. ${errorText(error, language).message}`,
      Icon: TriangleAlert,
      tone: 'text-danger',
    },
    conflict: { text: words.draftDirty, Icon: null, tone: 'text-faint' },
  }[state];
  const untouched = state === 'clean' && !draft.touched;
  return (
    <p
      role="status"
      className={`ml-auto flex min-w-0 items-center gap-1.5 text-sm max-sm:not-empty:order-last max-sm:not-empty:w-full ${tone}`}
    >
      {!untouched && (
        <>
          {Icon && <Icon className="size-4 shrink-0" aria-hidden="true" />}
          <span className="line-clamp-2">{text}</span>
        </>
      )}
    </p>
  );
}
