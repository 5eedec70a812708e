import type { JobDetail } from '@destila/contracts';
import { useCallback, useRef, useState } from 'react';
import type { LiveDraft } from '../jobs/job-cache.ts';
import { isEditable } from '../jobs/job-words.ts';
import { CompareDialog, type Compared } from './CompareDialog.tsx';
import { EditedNote, type NoteHandle } from './EditedNote.tsx';
import { NoteBeingWritten } from './NoteBeingWritten.tsx';
import { Player, type PlayerHandle } from './Player.tsx';
import { RegenerateDialog } from './RegenerateDialog.tsx';
import { Regeneration } from './Regeneration.tsx';
import { SidePanel } from './SidePanel.tsx';

/** A job's note, the video and its words beside it; the note may still be being written. */
export function JobEditor({ job, draft }: { job: JobDetail; draft: LiveDraft | null }) {
  const player = useRef<PlayerHandle>(null);
  const note = useRef<NoteHandle>(null);
  const [time, setTime] = useState<number | null>(null);
  const [compared, setCompared] = useState<Compared | null>(null);
  const [regenerating, setRegenerating] = useState(false);
  const seek = useCallback((seconds: number) => player.current?.seek(seconds), []);
  const flush = useCallback(async () => (await note.current?.flush()) ?? true, []);
  // What is compared with the note is compared with all of it.
  const compare = (versions: Compared) => void flush().then(() => setCompared(versions));
  const regenerate = () => setRegenerating(true);
  const finished = isEditable(job) && job.summary_markdown !== null;

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 lg:grid-cols-[minmax(0,1fr)_23rem]">
      <div className="max-lg:contents">
        {finished ? (
          <EditedNote ref={note} job={job} onSeek={seek} onRegenerate={regenerate}>
            <Regeneration job={job} draft={draft} flush={flush} onCompare={compare} onRegenerate={regenerate} />
          </EditedNote>
        ) : (
          <NoteBeingWritten job={job} markdown={draft?.markdown ?? ''} />
        )}
      </div>
      <aside className="flex flex-col gap-4 max-lg:contents lg:sticky lg:top-20 lg:h-[calc(100dvh-6.5rem)]">
        <div className="max-lg:order-2 max-lg:mb-6">
          <Player ref={player} job={job} startAt={momentInAddress()} onTime={setTime} />
        </div>
        <div className="flex min-h-0 flex-1 flex-col max-lg:order-4">
          <SidePanel job={job} time={time} onSeek={seek} onCompare={compare} onRegenerate={regenerate} />
        </div>
      </aside>
      {compared && <CompareDialog job={job} compared={compared} flush={flush} onClose={() => setCompared(null)} />}
      {regenerating && <RegenerateDialog job={job} onClose={() => setRegenerating(false)} />}
    </div>
  );
}

function momentInAddress(): number | null {
  const seconds = Number.parseFloat(new URLSearchParams(location.search).get('t') ?? '');
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
