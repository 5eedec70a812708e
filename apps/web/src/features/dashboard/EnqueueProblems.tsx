import { X } from 'lucide-react';
import { ApiError } from '../../lib/api.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button, buttonStyle, IconButton } from '../../ui/Button.tsx';
import type { Refusal, useEnqueue } from './useEnqueue.ts';

interface EnqueueProblemsProps {
  enqueue: ReturnType<typeof useEnqueue>;
  /** The address needs no more attention: it was queued after all, or let go. */
  onSettled: (url: string) => void;
}

/** Addresses that were not taken, each with the reason and the next step. */
export function EnqueueProblems({ enqueue, onSettled }: EnqueueProblemsProps) {
  const words = useMessages().dashboard;
  return (
    <ul role="alert" aria-label={words.problems} className="mt-3 flex flex-col gap-2 empty:hidden">
      {enqueue.refusals.map((refusal) => (
        <Notice key={refusal.url} refusal={refusal} enqueue={enqueue} onSettled={onSettled} />
      ))}
    </ul>
  );
}

function Notice({ refusal, enqueue, onSettled }: EnqueueProblemsProps & { refusal: Refusal }) {
  const words = useMessages().dashboard;
  const { url, prompt, error } = refusal;
  const { message, hint } = errorText(error, useLanguage());
  const existing = error instanceof ApiError && error.code === 'duplicate_url' ? error.problem?.job_id : undefined;

  const letGo = () => {
    enqueue.dismiss(url);
    onSettled(url);
  };
  const again = async () => {
    const refused = await enqueue.add([url], prompt, true);
    if (refused.length === 0) onSettled(url);
  };
  return (
    <li className="card flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5 pr-2 pl-4 text-sm">
      <div className="min-w-0 flex-1 basis-60">
        <p className={`font-medium ${existing ? '' : 'text-danger'}`}>{message}</p>
        <p className="text-muted">{hint}</p>
        <p className="truncate text-faint">{url}</p>
      </div>
      {existing && (
        <>
          <a href={`/jobs/${existing}`} className={buttonStyle('secondary')}>
            {words.openExisting}
          </a>
          <Button look="quiet" onClick={again}>
            {words.processAgain}
          </Button>
        </>
      )}
      <IconButton icon={X} label={words.dismiss} onClick={letGo} />
    </li>
  );
}
