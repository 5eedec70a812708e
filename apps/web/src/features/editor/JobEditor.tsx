import { formatTimestamp, type JobDetail } from '@destila/contracts';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { toast } from 'sonner';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { StatusIcon, statusTone } from '../jobs/JobCard.tsx';
import { jobName, jobSource, statusLabel } from '../jobs/job-words.ts';
import { BackToQueue } from './BackToQueue.tsx';
import { CategorySelect } from './CategorySelect.tsx';
import { ConflictDialog } from './ConflictDialog.tsx';
import { DraftStatus } from './DraftStatus.tsx';
import type { Draft } from './draft.ts';
import { MoreMenu } from './MoreMenu.tsx';
import { Player, type PlayerHandle } from './Player.tsx';
import { secondOf } from './player.ts';
import { SaveNote } from './SaveNote.tsx';
import { SidePanel } from './SidePanel.tsx';
import { Tags } from './Tags.tsx';
import { useDraft, useDraftSnapshot } from './useDraft.ts';

const NoteEditor = lazy(() => import('./NoteEditor.tsx'));

/** A finished job: its note to read and correct, the video and its words beside it. */
export function JobEditor({ job }: { job: JobDetail }) {
  const draft = useDraft(job);
  const player = useRef<PlayerHandle>(null);
  const [time, setTime] = useState<number | null>(null);
  const seek = useCallback((seconds: number) => player.current?.seek(seconds), []);
  const { read, flush } = useFlush(draft);
  useRestoredNotice(draft);

  return (
    <div className="grid gap-x-12 lg:grid-cols-[minmax(0,1fr)_23rem]">
      <div className="max-lg:contents">
        <TopBar job={job} draft={draft} flush={flush} />
        <Heading job={job} draft={draft} />
        <Note job={job} draft={draft} onReady={read} onSeek={seek} />
      </div>
      <aside className="flex flex-col gap-4 max-lg:contents lg:sticky lg:top-20 lg:h-[calc(100dvh-6.5rem)]">
        <div className="max-lg:order-2 max-lg:mb-6">
          <Player ref={player} job={job} startAt={momentInAddress()} onTime={setTime} />
        </div>
        <div className="flex min-h-0 flex-1 flex-col max-lg:order-4">
          <SidePanel job={job} time={time} onSeek={seek} />
        </div>
      </aside>
      <Conflict draft={draft} />
    </div>
  );
}

function TopBar({ job, draft, flush }: { job: JobDetail; draft: Draft; flush: () => Promise<boolean> }) {
  return (
    <div className="sticky top-13 z-10 -mx-2 mb-4 flex items-center gap-2 bg-page/90 px-2 max-sm:flex-wrap py-2 backdrop-blur-md max-lg:order-first">
      <BackToQueue />
      <DraftStatus draft={draft} />
      <SaveNote job={job} flush={flush} />
      <MoreMenu job={job} />
    </div>
  );
}

function Heading({ job, draft }: { job: JobDetail; draft: Draft }) {
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
      <Facts job={job} />
      <div className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-2">
        <CategorySelect value={fields.category_id} onChange={(category_id) => draft.change({ category_id })} />
        <Tags tags={fields.ai_tags} onChange={(ai_tags) => draft.change({ ai_tags })} />
      </div>
    </header>
  );
}

function Facts({ job }: { job: JobDetail }) {
  const words = useMessages();
  const language = useLanguage();
  const summary = job.summarized_by === 'extractive' ? words.editor.extractive : job.summarized_by;
  const transcript = job.transcript_origin && words.editor.transcriptFrom[job.transcript_origin];
  const { repeated = 0, silent = 0 } = job.transcript_dropped ?? {};
  const facts = [
    jobSource(job, language),
    job.video_duration !== null && formatTimestamp(job.video_duration),
    summary && `${words.editor.summarizedBy}: ${summary}`,
    transcript && `${words.editor.transcript} ${transcript}`,
    repeated > 0 && words.editor.droppedRepeated(repeated),
    silent > 0 && words.editor.droppedSilent(silent),
    job.indexed_at && words.job.indexed,
  ];
  return (
    <div className="mt-2 text-sm text-faint">
      <p className={`inline-flex items-start gap-1.5 ${statusTone(job)}`}>
        <StatusIcon job={job} />
        {statusLabel(job, language)}
        <SavedPlace job={job} />
      </p>
      <p className="mt-0.5">{facts.filter(Boolean).join(' · ')}</p>
    </div>
  );
}

function SavedPlace({ job }: { job: JobDetail }) {
  const words = useMessages().editor;
  if (!job.saved_location) return null;
  if (!job.saved_location.startsWith('https:')) {
    return <span className="font-normal wrap-anywhere text-faint">· {job.saved_location}</span>;
  }
  return (
    <a href={job.saved_location} target="_blank" rel="noopener noreferrer" className="font-normal underline">
      {words.openNotion}
    </a>
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
    <section aria-label={words.note} className="min-w-0 max-lg:order-3">
      <Suspense fallback={<NoteSkeleton label={words.loadingEditor} />}>
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

function NoteSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className="flex min-h-[50vh] flex-col gap-3 pt-1">
      {['w-2/5 h-6', 'w-full h-4', 'w-11/12 h-4', 'w-4/5 h-4'].map((size) => (
        <div key={size} className={`skeleton ${size}`} />
      ))}
    </div>
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

function momentInAddress(): number | null {
  const seconds = Number.parseFloat(new URLSearchParams(location.search).get('t') ?? '');
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
