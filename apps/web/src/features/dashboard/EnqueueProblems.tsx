import { X } from 'lucide-react';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button, buttonStyle, IconButton } from '../../ui/Button.tsx';
import { existingJob, type Refusal, type useEnqueue } from './useEnqueue.ts';

interface EnqueueProblemsProps {
  enqueue: ReturnType<typeof useEnqueue>;
  /** These addresses need no more attention: they were queued after all, or let go. */
  onSettled: (urls: string[]) => void;
}

/** Above this many they scroll, and can be let go together. */
const FEW = 3;

/** Addresses that were not taken, each with the reason and the next step. */
export function EnqueueProblems({ enqueue, onSettled }: EnqueueProblemsProps) {
  const words = useMessages().dashboard;
  const { refusals } = enqueue;
  const letGo = (urls: string[]) => {
    enqueue.dismiss(urls);
    onSettled(urls);
  };
  return (
    <>
      {refusals.length > FEW && (
        <div className="mt-3 -mb-2 flex items-center justify-between text-sm text-muted">
          {words.notAdded(refusals.length)}
          <Button look="quiet" onClick={() => letGo(refusals.map(({ video }) => video.url))}>
            {words.dismissAll}
          </Button>
        </div>
      )}
      <ul
        role="alert"
        aria-label={words.problems}
        className="mt-3 flex max-h-96 flex-col gap-2 overflow-y-auto empty:hidden"
      >
        {refusals.map((refusal) => (
          <Notice
            key={refusal.video.url}
            refusal={refusal}
            onLetGo={() => letGo([refusal.video.url])}
            onForce={async () => {
              const toMend = await enqueue.add([refusal.video], refusal.options, true);
              if (toMend.length === 0) onSettled([refusal.video.url]);
            }}
          />
        ))}
      </ul>
    </>
  );
}

interface NoticeProps {
  refusal: Refusal;
  onLetGo: () => void;
  onForce: () => void;
}

function Notice({ refusal, onLetGo, onForce }: NoticeProps) {
  const words = useMessages().dashboard;
  const { video, error } = refusal;
  const { message, hint } = errorText(error, useLanguage());
  const existing = existingJob(error);
  return (
    <li className="card flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5 pr-2 pl-4 text-sm">
      <div className="min-w-0 flex-1 basis-60">
        <p className={`font-medium ${existing ? '' : 'text-danger'}`}>{message}</p>
        <p className="text-muted">{hint}</p>
        <p className="truncate text-faint">{video.title ?? video.url}</p>
      </div>
      {existing && (
        <>
          <a href={`/jobs/${existing}`} className={buttonStyle('secondary')}>
            {words.openExisting}
          </a>
          <Button look="quiet" onClick={onForce}>
            {words.processAgain}
          </Button>
        </>
      )}
      <IconButton icon={X} label={words.dismiss} onClick={onLetGo} />
    </li>
  );
}
