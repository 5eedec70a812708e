import type { JobDetail, Operation } from '@destila/contracts';
import { LoaderCircle, Sparkles, TriangleAlert, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { codeText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useNow } from '../../lib/now.ts';
import { readStored, writeStored } from '../../lib/stored.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import type { LiveDraft } from '../jobs/job-cache.ts';
import { operationActivity } from '../jobs/job-words.ts';
import type { Compared } from './CompareDialog.tsx';
import { resultOf, useRegeneration, useRestoreRevision, useRevisions, useStopRegeneration } from './useVersions.ts';
import { WrittenNote } from './WrittenNote.tsx';

interface RegenerationProps {
  job: JobDetail;
  draft: LiveDraft | null;
  flush: () => Promise<boolean>;
  onCompare: (versions: Compared) => void;
  onRegenerate: () => void;
}

/** Above the note: the other summary while it is being written, and what came of it, until the person has seen that. */
export function Regeneration({ job, draft, flush, onCompare, onRegenerate }: RegenerationProps) {
  const operation = useRegeneration(job);
  const [seen, setSeen] = useState(() => readStored(seenKey(job)));
  if (!operation || operation.status === 'cancelled') return null;
  if (operation.status === 'waiting') {
    return <InProgress job={job} operation={operation} markdown={draft && !draft.over ? draft.markdown : null} />;
  }
  if (seen === operation.id) return null;
  const dismiss = () => {
    writeStored(seenKey(job), operation.id);
    setSeen(operation.id);
  };
  return operation.status === 'failed' ? (
    <Failure operation={operation} onRetry={onRegenerate} onDismiss={dismiss} />
  ) : (
    <Result job={job} operation={operation} flush={flush} onCompare={onCompare} onDismiss={dismiss} />
  );
}

function seenKey({ id }: JobDetail): string {
  return `destila:seen-summary:${id}`;
}

function InProgress({ job, operation, markdown }: { job: JobDetail; operation: Operation; markdown: string | null }) {
  const words = useMessages();
  const language = useLanguage();
  const stop = useStopRegeneration(job.id);
  const text = operationActivity(operation, language, useNow(1000));
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <LoaderCircle className="size-4 shrink-0 animate-spin text-accent" aria-hidden="true" />
        <div className="min-w-0 flex-1">
          <p role="status" className="font-medium">
            {words.versions.beingWritten}
          </p>
          <p className="text-sm text-muted tabular-nums">{text}</p>
        </div>
        <Button icon={X} onClick={() => stop.mutate(operation.id)} disabled={stop.isPending}>
          {words.versions.stop}
        </Button>
      </div>
      {markdown !== null && (
        <section
          aria-label={words.versions.beingWritten}
          aria-busy="true"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard too.
          tabIndex={0}
          className="written-draft mt-3 max-h-96 overflow-y-auto border-t border-line pt-3 text-sm"
        >
          <WrittenNote markdown={markdown} />
        </section>
      )}
    </Card>
  );
}

interface OutcomeProps {
  operation: Operation;
  onDismiss: () => void;
}

interface ResultProps extends OutcomeProps {
  job: JobDetail;
  flush: () => Promise<boolean>;
  onCompare: (versions: Compared) => void;
}

function Result({ job, operation, flush, onCompare, onDismiss }: ResultProps) {
  const words = useMessages().versions;
  const { restore, isPending } = useRestoreRevision(job.id, flush);
  const revision = resultOf(operation, useRevisions(job.id).data);
  useOnceUsed(revision?.is_current, onDismiss);
  if (!revision) return null;
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Sparkles className="size-4 shrink-0 text-accent" aria-hidden="true" />
        <p role="status" className="min-w-48 flex-1 font-medium">
          {revision.is_current ? words.newIsSame : words.newIsReady}
        </p>
        {!revision.is_current && (
          <>
            <Button onClick={() => onCompare({ before: null, after: revision.id })}>{words.compare}</Button>
            <Button look="primary" disabled={isPending} onClick={() => restore(revision.id)}>
              {words.use}
            </Button>
          </>
        )}
        <Dismiss onClick={onDismiss} />
      </div>
    </Card>
  );
}

/** A result that was another text and is now the note has been chosen, here or in the comparison: it is no news any more. */
function useOnceUsed(isCurrent: boolean | undefined, onUsed: () => void): void {
  const wasAnother = useRef(false);
  useEffect(() => {
    if (isCurrent === false) wasAnother.current = true;
    if (isCurrent && wasAnother.current) onUsed();
  }, [isCurrent, onUsed]);
}

function Failure({ operation, onRetry, onDismiss }: OutcomeProps & { onRetry: () => void }) {
  const words = useMessages();
  const language = useLanguage();
  const reason = codeText(operation.error_code ?? '', language);
  return (
    <Card>
      <div role="alert" className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <TriangleAlert className="size-4 shrink-0 text-danger" aria-hidden="true" />
        <div className="min-w-48 flex-1">
          <p className="font-medium">{words.versions.failed}</p>
          <p className="text-sm text-muted">
            {reason ? `${reason.message} ${reason.hint}` : (operation.error_code ?? words.app.unknownError)}
          </p>
        </div>
        <Button onClick={onRetry}>{words.app.retry}</Button>
        <Dismiss onClick={onDismiss} />
      </div>
    </Card>
  );
}

function Dismiss({ onClick }: { onClick: () => void }) {
  return <IconButton icon={X} label={useMessages().versions.dismiss} onClick={onClick} />;
}

function Card({ children }: { children: ReactNode }) {
  return <div className="card mb-6 animate-[appear_160ms] p-3 pl-4">{children}</div>;
}
