import { type JobDetail, STAGES, type StageName } from '@destila/contracts';
import { ArrowUpToLine, Check, RotateCw, Trash, TriangleAlert, X } from 'lucide-react';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useNow } from '../../lib/now.ts';
import { Button } from '../../ui/Button.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { StatusIcon, statusTone, Thumbnail } from '../jobs/JobCard.tsx';
import { activity, failure, isUnfinished, jobName, jobSource } from '../jobs/job-words.ts';
import { useQueuePaused } from '../jobs/PauseQueue.tsx';
import { SeeList } from '../jobs/SeeList.tsx';
import { useJobActions } from '../jobs/useJobs.ts';
import { BackToQueue } from './BackToQueue.tsx';

/** A job that is not ready: what is happening to it, or why nothing is, and what can be done. */
export function JobProgress({ job }: { job: JobDetail }) {
  const language = useLanguage();
  const words = useMessages();
  const now = useNow(1000);
  const name = jobName(job, language);
  const text = activity(job, language, now, useQueuePaused());
  return (
    <div className="mx-auto max-w-2xl">
      <BackToQueue />
      <div className="mt-6 flex items-start gap-5">
        <div className="min-w-0 flex-1">
          <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">{name}</h1>
          <p className="mt-1 text-sm text-faint">{jobSource(job, language)}</p>
        </div>
        <Thumbnail job={job} />
      </div>
      <section className="card mt-8 p-5 sm:p-6">
        <Steps job={job} />
        <p className={`mt-6 flex min-h-6 items-start gap-2 tabular-nums ${statusTone(job)}`}>
          <StatusIcon job={job} />
          {text}
        </p>
        <ProgressBar
          className="mt-3 h-1.5 rounded-full bg-sunken"
          label={words.job.progressOf(name)}
          value={job.progress}
          text={text}
          resting={!job.held}
        />
        <Explanation job={job} />
        <Actions job={job} />
      </section>
    </div>
  );
}

function Steps({ job }: { job: JobDetail }) {
  const words = useMessages();
  return (
    <ol aria-label={words.editor.stepsLabel} className="grid grid-cols-3 gap-3 text-sm">
      {STAGES.map((stage, index) => {
        const state = stepState(job, stage);
        return (
          <li
            key={stage}
            aria-current={state === 'current' ? 'step' : undefined}
            className={`flex items-center gap-2 ${state === 'ahead' ? 'text-faint' : 'font-medium'}`}
          >
            <span
              className={`flex size-6 shrink-0 items-center justify-center rounded-full text-xs max-sm:hidden ${STEP_LOOK[state]}`}
              aria-hidden="true"
            >
              {state === 'done' ? <Check className="size-3.5" /> : index + 1}
            </span>
            <span className="truncate">{words.stages[stage]}</span>
          </li>
        );
      })}
    </ol>
  );
}

type StepState = 'done' | 'current' | 'ahead';
const STEP_LOOK: Record<StepState, string> = {
  done: 'bg-accent-soft text-accent',
  current: 'bg-accent text-page',
  ahead: 'bg-sunken text-faint',
};

function stepState(job: JobDetail, stage: StageName): StepState {
  const status = isUnfinished(job) ? job.status : (job.failed_stage ?? job.status);
  if (status === 'ready' || status === 'saved') return 'done';
  const stages: readonly string[] = STAGES;
  const at = stages.indexOf(status);
  const index = STAGES.indexOf(stage);
  if (index === at) return 'current';
  return index < at ? 'done' : 'ahead';
}

function Explanation({ job }: { job: JobDetail }) {
  const language = useLanguage();
  const { editor: words } = useMessages();
  const problem = failure(job, language);
  if (problem) {
    return (
      <div role="alert" className="mt-5 flex gap-3 rounded-lg bg-danger-soft p-4 text-sm">
        <TriangleAlert className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden="true" />
        <div>
          <p className="font-medium">{problem.message}</p>
          <p className="mt-0.5 text-muted">{problem.hint}</p>
          <SeeList job={job} />
        </div>
      </div>
    );
  }
  return <p className="mt-5 text-sm text-muted">{isUnfinished(job) ? words.comeBack : words.cancelledText}</p>;
}

function Actions({ job }: { job: JobDetail }) {
  const words = useMessages().job;
  const { retry, cancel, front, remove } = useJobActions();
  const leave = () => location.assign('/jobs');
  return (
    <div className="mt-6 flex flex-wrap gap-2">
      {(job.status === 'failed' || job.status === 'cancelled') && (
        <Button look="primary" icon={RotateCw} onClick={() => retry.mutate(job.id)} disabled={retry.isPending}>
          {words.retry}
        </Button>
      )}
      {isUnfinished(job) && (
        <Button icon={X} onClick={() => cancel.mutate(job.id)} disabled={cancel.isPending}>
          {words.cancel}
        </Button>
      )}
      {isUnfinished(job) && !job.held && (
        <Button look="quiet" icon={ArrowUpToLine} onClick={() => front.mutate(job.id)} disabled={front.isPending}>
          {words.front}
        </Button>
      )}
      <Button look="quiet" icon={Trash} onClick={() => remove.mutate(job.id, { onSuccess: leave })}>
        {words.remove}
      </Button>
    </div>
  );
}
