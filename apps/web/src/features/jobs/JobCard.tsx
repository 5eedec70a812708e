import { formatTimestamp, type JobListItem } from '@destila/contracts';
import {
  ArrowUpToLine,
  Ban,
  CircleCheck,
  CircleDot,
  CircleX,
  Clock,
  FileVideo,
  LoaderCircle,
  type LucideIcon,
  RotateCw,
  Trash,
  X,
} from 'lucide-react';
import { useState } from 'react';
import { ago, asClause } from '../../lib/format.ts';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useNow } from '../../lib/now.ts';
import { IconButton } from '../../ui/Button.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { activity, failure, isEditedSinceSaved, isUnfinished, jobName, jobSource } from './job-words.ts';
import { useQueuePaused } from './PauseQueue.tsx';
import { SeeList } from './SeeList.tsx';
import { useJobActions } from './useJobs.ts';

/** One job in a list. Its height is the same in every state but failure, so that nothing jumps while it moves along. */
export function JobCard({ job }: { job: JobListItem }) {
  const language = useLanguage();
  const name = jobName(job, language);
  return (
    <article className="group relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 p-3 transition-colors hover:bg-hover/60 sm:gap-x-4 sm:pr-4">
      <div className="sm:row-span-2">
        <Thumbnail job={job} />
      </div>
      <div className="min-w-0 max-sm:col-span-2 sm:self-end">
        <h3 className="font-medium max-sm:line-clamp-2 sm:truncate">
          <a
            href={`/jobs/${job.id}`}
            data-card
            className="wrap-anywhere after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
          >
            {name}
          </a>
        </h3>
        <Origin job={job} />
      </div>
      <StatusLine job={job} name={name} />
      <Actions job={job} name={name} />
    </article>
  );
}

export function Thumbnail({ job }: { job: Pick<JobListItem, 'id' | 'video_thumbnail' | 'video_duration'> }) {
  const [broken, setBroken] = useState(false);
  return (
    <span className="relative flex aspect-video w-24 shrink-0 items-center justify-center overflow-hidden rounded-lg bg-sunken sm:w-34">
      {job.video_thumbnail && !broken ? (
        <img
          src={`/api/jobs/${job.id}/thumbnail`}
          alt=""
          loading="lazy"
          onError={() => setBroken(true)}
          className="size-full object-cover"
        />
      ) : (
        <FileVideo className="size-5 text-faint opacity-60" aria-hidden="true" />
      )}
      {job.video_duration !== null && (
        <span className="absolute right-1 bottom-1 rounded bg-black/75 px-1 text-[0.6875rem] leading-4 font-medium text-white tabular-nums">
          {formatTimestamp(job.video_duration)}
        </span>
      )}
    </span>
  );
}

function Origin({ job }: { job: JobListItem }) {
  const language = useLanguage();
  const words = useMessages().job;
  const now = useNow(60_000);
  const facts = [jobSource(job, language), ago(Date.parse(job.created_at), now, language)];
  if (job.retry_count > 0) facts.push(words.retries(job.retry_count));
  if (job.indexed_at) facts.push(words.indexed);
  return <p className="truncate text-sm text-faint">{facts.join(' · ')}</p>;
}

/** A save that has not ended looks like a job that has not. */
const SAVE_LOOKS = {
  pending: { status: 'pending', held: false },
  failed: { status: 'failed', held: false },
} as const;

function StatusLine({ job, name }: { job: JobListItem; name: string }) {
  const language = useLanguage();
  const words = useMessages().job;
  const now = useNow(isUnfinished(job) && !job.held ? 1000 : 60_000);
  const text = activity(job, language, now, useQueuePaused());
  const problem = failure(job, language);
  const look = job.unfinished_save ? { ...job, ...SAVE_LOOKS[job.unfinished_save.state] } : job;
  return (
    <div className="min-w-0 text-sm max-sm:col-span-2 sm:col-start-2 sm:self-start">
      <p className={`flex items-start gap-1.5 ${statusTone(look)}`}>
        <StatusIcon job={look} />
        <span className={problem ? '' : 'tabular-nums sm:truncate'}>
          {problem ? `${text}: ${asClause(problem.message)}.` : text}
        </span>
      </p>
      {problem && (
        <p className="pl-5.5 text-muted">
          {problem.hint} <SeeList job={job} />
        </p>
      )}
      {isUnfinished(job) && (
        <ProgressBar
          className="absolute inset-x-0 bottom-0 h-0.5"
          label={words.progressOf(name)}
          value={job.progress}
          text={text}
          resting={!job.held}
        />
      )}
    </div>
  );
}

export function StatusIcon({ job }: { job: JobListItem }) {
  const Icon = statusIcon(job);
  const turning = Icon === LoaderCircle ? 'animate-spin' : '';
  return <Icon className={`mt-0.75 size-4 shrink-0 ${turning}`} aria-hidden="true" />;
}

function statusIcon(job: JobListItem): LucideIcon {
  if (isUnfinished(job)) return job.held ? LoaderCircle : Clock;
  if (job.status === 'failed') return CircleX;
  if (job.status === 'cancelled') return Ban;
  return isDone(job) ? CircleCheck : CircleDot;
}

export function statusTone(job: JobListItem): string {
  if (isUnfinished(job)) return job.held ? 'text-ink' : 'text-muted';
  if (job.status === 'failed') return 'text-danger';
  if (job.status === 'cancelled') return 'text-muted';
  return isDone(job) ? 'text-good' : 'font-medium text-accent';
}

/** A note that was edited after it was saved waits for the person, like one that has just become ready. */
function isDone(job: JobListItem): boolean {
  return job.status === 'saved' && !isEditedSinceSaved(job);
}

/** Above the card's own link, which covers it. */
function Actions({ job, name }: { job: JobListItem; name: string }) {
  const words = useMessages().job;
  const { retry, cancel, front, remove } = useJobActions();
  const waits = isUnfinished(job) && !job.held;
  const button = (icon: LucideIcon, hint: string, run: (id: string) => void) => (
    <IconButton icon={icon} hint={hint} label={words.actionOn(hint, name)} onClick={() => run(job.id)} />
  );
  return (
    <div className="relative z-10 flex justify-end self-start max-sm:-my-1.5 max-sm:-mr-1.5 sm:col-start-3 sm:row-span-2 sm:row-start-1 sm:min-w-27 sm:self-center sm:opacity-70 sm:transition-opacity sm:group-focus-within:opacity-100 sm:group-hover:opacity-100">
      {waits && button(ArrowUpToLine, words.front, front.mutate)}
      {isUnfinished(job) && button(X, words.cancel, cancel.mutate)}
      {(job.status === 'failed' || job.status === 'cancelled') && button(RotateCw, words.retry, retry.mutate)}
      {button(Trash, words.remove, remove.mutate)}
    </div>
  );
}
