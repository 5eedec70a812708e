import type { JobDetail } from '@destila/contracts';
import {
  type ComponentProps,
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { toast } from 'sonner';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { jobName } from '../jobs/job-words.ts';
import { BackToQueue } from './BackToQueue.tsx';
import { CategorySelect } from './CategorySelect.tsx';
import { ConflictDialog } from './ConflictDialog.tsx';
import { DraftStatus } from './DraftStatus.tsx';
import type { Draft } from './draft.ts';
import { JobFacts } from './JobFacts.tsx';
import { MoreMenu } from './MoreMenu.tsx';
import { secondOf } from './player.ts';
import { SaveNote } from './SaveNote.tsx';
import { SaveNotice } from './SaveNotice.tsx';
import { Tags } from './Tags.tsx';
import { useDraft, useDraftSnapshot } from './useDraft.ts';
import { WrittenNote } from './WrittenNote.tsx';

const NoteEditor = lazy(() => import('./NoteEditor.tsx'));

export interface NoteHandle {
  /** Sends what is unsent. @returns whether the server has everything. */
  flush: () => Promise<boolean>;
}

interface EditedNoteProps {
  job: JobDetail;
  onSeek: (seconds: number) => void;
  onRegenerate: () => void;
  /** Stands above the note. */
  children?: ReactNode;
  ref: Ref<NoteHandle>;
}

/** The note of a finished job, to read and correct. */
export function EditedNote({ job, onSeek, onRegenerate, children, ref }: EditedNoteProps) {
  const draft = useDraft(job);
  const { read, flush } = useFlush(draft);
  const [isChoosing, setIsChoosing] = useState(false);
  useRestoredNotice(draft);
  useImperativeHandle(ref, () => ({ flush }), [flush]);
  return (
    <>
      <TopBar
        job={job}
        draft={draft}
        flush={flush}
        isChoosing={isChoosing}
        onChoosing={setIsChoosing}
        onRegenerate={onRegenerate}
      />
      <Heading job={job} draft={draft} onChoose={() => setIsChoosing(true)} />
      <div className="min-w-0 max-lg:order-3">
        {children}
        <Note job={job} draft={draft} onReady={read} onSeek={onSeek} />
      </div>
      <Conflict draft={draft} />
    </>
  );
}

interface TopBarProps extends ComponentProps<typeof SaveNote> {
  onRegenerate: () => void;
}

function TopBar({ onRegenerate, ...save }: TopBarProps) {
  return (
    <div className="sticky top-13 z-10 -mx-2 mb-4 flex items-center gap-2 bg-page/90 px-2 max-sm:flex-wrap py-2 backdrop-blur-md max-lg:order-first">
      <BackToQueue />
      <DraftStatus draft={save.draft} />
      <SaveNote {...save} />
      <MoreMenu job={save.job} flush={save.flush} onRegenerate={onRegenerate} />
    </div>
  );
}

interface HeadingProps {
  job: JobDetail;
  draft: Draft;
  onChoose: () => void;
}

function Heading({ job, draft, onChoose }: HeadingProps) {
  const words = useMessages();
  const language = useLanguage();
  const { fields } = useDraftSnapshot(draft);
  return (
    <header className="mb-6 max-lg:order-1">
      <h1>
        <textarea
          aria-label={words.editor.title}
          value={fields.video_title}
          placeholder={jobName(job, language)}
          rows={1}
          maxLength={500}
          onChange={(event) => draft.change({ video_title: event.target.value.replace(/\n/g, ' ') })}
          className="field-sizing-content w-full resize-none rounded-md bg-transparent text-2xl leading-tight font-semibold tracking-tight text-pretty outline-none sm:text-3xl"
        />
      </h1>
      <JobFacts job={job} />
      <SaveNotice job={job} onChoose={onChoose} />
      <div className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-2">
        <CategorySelect
          value={fields.category_id}
          suggested={job.suggested_category_id}
          onChange={(category_id) => draft.change({ category_id })}
        />
        <Tags tags={fields.ai_tags} onChange={(ai_tags) => draft.change({ ai_tags })} />
      </div>
    </header>
  );
}

interface NoteProps {
  job: JobDetail;
  draft: Draft;
  onReady: (read: () => string) => void;
  onSeek: (seconds: number) => void;
}

function Note({ job, draft, onReady, onSeek }: NoteProps) {
  const words = useMessages().editor;
  const { fields, epoch } = useDraftSnapshot(draft);
  const follow = (href: string) => {
    const seconds = secondOf(job, href);
    if (seconds !== null) onSeek(seconds);
    return seconds !== null;
  };
  return (
    <section aria-label={words.note}>
      <Suspense fallback={<WrittenNote markdown={fields.summary_markdown} />}>
        <NoteEditor
          key={epoch}
          markdown={fields.summary_markdown}
          onChange={(summary_markdown) => draft.change({ summary_markdown })}
          onReady={onReady}
          onLink={follow}
        />
      </Suspense>
    </section>
  );
}

function Conflict({ draft }: { draft: Draft }) {
  return <ConflictDialog draft={draft} open={useDraftSnapshot(draft).state === 'conflict'} />;
}

/** Sending all means asking the editor first: it tells of its changes only after a short pause. */
function useFlush(draft: Draft) {
  const current = useRef<(() => string) | null>(null);
  const read = useCallback((reader: () => string) => {
    current.current = reader;
  }, []);
  const flush = useCallback(() => {
    if (current.current) draft.change({ summary_markdown: current.current() });
    return draft.flush();
  }, [draft]);
  return { read, flush };
}

function useRestoredNotice(draft: Draft): void {
  const words = useMessages().editor;
  useEffect(() => {
    if (draft.restored && draft.snapshot().state !== 'conflict') toast(words.draftRestored, { id: 'restored' });
  }, [draft, words]);
}
