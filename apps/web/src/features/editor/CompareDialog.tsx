import type { JobDetail, RevisionItem } from '@destila/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { jobKeys } from '../jobs/job-cache.ts';
import { type ComparedLine, type ComparedRow, compareNotes, type LineLook } from './compare-notes.ts';
import { useRestoreRevision, useRevisions } from './useVersions.ts';
import { versionName, versionOrigin } from './version-words.ts';

/** Two versions by their ids; null is the note as it is now. */
export interface Compared {
  before: string | null;
  after: string | null;
}

interface CompareDialogProps {
  job: JobDetail;
  compared: Compared;
  flush: () => Promise<boolean>;
  onClose: () => void;
}

/** Two versions of a summary side by side, what differs marked; on a phone one under the other, line by line. */
export function CompareDialog({ job, compared, flush, onClose }: CompareDialogProps) {
  const words = useMessages().versions;
  const [{ before, after }, setCompared] = useState(compared);
  const texts = [useNoteText(job, before), useNoteText(job, after)] as const;
  return (
    <Dialog open size="full" title={words.compareTitle} onClose={onClose}>
      <div className="mt-4 grid gap-x-8 gap-y-3 border-b border-line pb-4 sm:grid-cols-2">
        <Side
          label={words.before}
          job={job}
          version={before}
          flush={flush}
          onChoose={(id) => setCompared({ before: id, after })}
          onRestored={onClose}
        />
        <Side
          label={words.after}
          job={job}
          version={after}
          flush={flush}
          onChoose={(id) => setCompared({ before, after: id })}
          onRestored={onClose}
        />
      </div>
      {texts[0] !== null && texts[1] !== null && <Comparison before={texts[0]} after={texts[1]} />}
    </Dialog>
  );
}

/** The text of a version; null until it is there. */
function useNoteText(job: JobDetail, version: string | null): string | null {
  const { data } = useQuery({
    queryKey: jobKeys.revision(job.id, version ?? ''),
    queryFn: () => api.revision(job.id, version ?? ''),
    enabled: version !== null,
  });
  return version === null ? (job.summary_markdown ?? '') : (data?.summary_markdown ?? null);
}

interface SideProps {
  label: string;
  job: JobDetail;
  version: string | null;
  flush: () => Promise<boolean>;
  onChoose: (version: string | null) => void;
  onRestored: () => void;
}

function Side({ label, job, version, flush, onChoose, onRestored }: SideProps) {
  const words = useMessages();
  const language = useLanguage();
  const revisions = useRevisions(job.id).data ?? [];
  const chosen = revisions.find(({ id }) => id === version);
  const { restore, isPending } = useRestoreRevision(job.id, flush);
  const use = (revision: RevisionItem) => restore(revision.id, { onSuccess: (answer) => answer && onRestored() });
  return (
    <div className="min-w-0">
      <div className="flex items-center gap-2">
        <select
          aria-label={label}
          value={version ?? ''}
          onChange={({ target: { value } }) => onChoose(value || null)}
          className="control h-9 min-w-0 flex-1 px-2 text-sm"
        >
          <option value="">{words.versions.now}</option>
          {revisions.map((revision) => (
            <option key={revision.id} value={revision.id}>
              {versionName(revision, language)}
            </option>
          ))}
        </select>
        {chosen && !chosen.is_current && (
          <Button onClick={() => use(chosen)} disabled={isPending}>
            {words.versions.use}
          </Button>
        )}
      </div>
      <p className="mt-1.5 min-h-5 text-xs text-faint">
        {versionOrigin(chosen ?? { summarized_by: job.summarized_by, facts: job.summary_facts }, language)}
      </p>
    </div>
  );
}

function Comparison({ before, after }: { before: string; after: string }) {
  const words = useMessages().versions;
  const rows = useMemo(() => compareNotes(before, after), [before, after]);
  const changed = rows.filter(({ same }) => !same).length;
  return (
    <>
      <p role="status" className="py-2 text-xs text-faint">
        {changed === 0 ? words.same : words.differences(changed)}
      </p>
      <section
        aria-label={words.compareTitle}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard too.
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain rounded-md"
      >
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity, and are made anew all at once.
          <Row key={index} row={row} />
        ))}
      </section>
    </>
  );
}

/** A line that is the same on both sides is read once on a phone. */
function Row({ row: { before, after, same } }: { row: ComparedRow }) {
  return (
    <div className="grid gap-x-8 sm:grid-cols-2">
      <Line line={before} tone={same ? 'same' : 'removed'} />
      <div className={same ? 'max-sm:hidden' : ''}>
        <Line line={after} tone={same ? 'same' : 'added'} />
      </div>
    </div>
  );
}

type Tone = 'same' | 'removed' | 'added';

const LINE_TONES: Record<Tone, string> = {
  same: 'border-transparent',
  removed: 'border-danger bg-danger/7',
  added: 'border-good bg-good/8',
};
const SIGNS: Record<Tone, string> = { same: '', removed: '− ', added: '+ ' };
const LOOKS: Record<LineLook, string> = {
  heading2: 'pt-5 pb-1 text-base font-semibold',
  heading3: 'pt-3 pb-0.5 font-semibold',
  item: 'py-0.5',
  quote: 'py-1 text-muted italic',
  text: 'py-1.5',
  code: 'font-mono text-xs whitespace-pre-wrap',
};

function Line({ line, tone }: { line: ComparedLine | null; tone: Tone }) {
  if (!line) return <div className="max-sm:hidden" />;
  return (
    <p
      className={`h-full border-l-2 px-3 text-sm leading-6 wrap-anywhere ${LOOKS[line.look]} ${LINE_TONES[tone]}`}
      style={{ paddingLeft: `${0.75 + 1.25 * line.depth}rem` }}
    >
      {/* Side by side, the side says it. */}
      <span aria-hidden="true" className="text-muted sm:hidden">
        {SIGNS[tone]}
      </span>
      {line.look === 'item' && <span aria-hidden="true">• </span>}
      {line.parts.map(({ text, changed, at }) => {
        if (!changed) return text;
        const Change = tone === 'removed' ? 'del' : 'ins';
        return (
          <Change key={at} className={line.parts.length > 1 ? WORD_TONES[Change] : 'no-underline'}>
            {text}
          </Change>
        );
      })}
    </p>
  );
}

/** Of a line that is changed as a whole, no word is marked. */
const WORD_TONES = {
  del: 'rounded-xs bg-danger/20 decoration-danger/70',
  ins: 'rounded-xs bg-good/25 no-underline',
};
