import type { JobDetail } from '@destila/contracts';
import { LoaderCircle, X } from 'lucide-react';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useNow } from '../../lib/now.ts';
import { Button } from '../../ui/Button.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { activity, jobName } from '../jobs/job-words.ts';
import { useJobActions } from '../jobs/useJobs.ts';
import { BackToQueue } from './BackToQueue.tsx';
import { JobFacts } from './JobFacts.tsx';
import { WrittenNote } from './WrittenNote.tsx';

/** The first summary of a job as it is being written, each thing where the finished note will have it. */
export function NoteBeingWritten({ job, markdown }: { job: JobDetail; markdown: string }) {
  const words = useMessages();
  const language = useLanguage();
  const { cancel } = useJobActions();
  const name = jobName(job, language);
  const text = activity(job, language, useNow(1000));
  return (
    <>
      <div className="sticky top-13 z-10 -mx-2 mb-4 flex items-center gap-2 bg-page/90 px-2 py-2 backdrop-blur-md max-lg:order-first">
        <BackToQueue />
        <p role="status" className="ml-auto flex items-center gap-1.5 text-sm text-faint">
          <LoaderCircle className="size-4 animate-spin" aria-hidden="true" />
          {words.editor.beingWritten}
        </p>
        <Button icon={X} onClick={() => cancel.mutate(job.id)} disabled={cancel.isPending}>
          {words.job.cancel}
        </Button>
      </div>
      <header className="mb-6 max-lg:order-1">
        <h1>
          <textarea
            readOnly
            tabIndex={-1}
            aria-label={words.editor.title}
            value={name}
            rows={1}
            className="field-sizing-content w-full resize-none rounded-md bg-transparent text-2xl leading-tight font-semibold tracking-tight text-pretty outline-none sm:text-3xl"
          />
        </h1>
        <JobFacts job={job} />
        <div className="mt-4 flex h-8 flex-col justify-center gap-1.5">
          <p className="truncate text-sm text-muted tabular-nums">{text}</p>
          <ProgressBar label={words.job.progressOf(name)} value={job.progress} text={text} />
        </div>
      </header>
      <section aria-label={words.editor.note} aria-busy="true" className="min-w-0 max-lg:order-3">
        <WrittenNote markdown={markdown} />
      </section>
    </>
  );
}
