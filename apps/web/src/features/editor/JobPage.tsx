import { CircleHelp } from 'lucide-react';
import { ApiError } from '../../lib/api.ts';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { buttonStyle } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { isBeingWritten, isEditable, jobName } from '../jobs/job-words.ts';
import { useJob, useLiveDraft } from '../jobs/useJobs.ts';
import { App, useTitle } from '../shell/App.tsx';
import { JobEditor } from './JobEditor.tsx';
import { JobProgress } from './JobProgress.tsx';

/** One job's page: its live progress, and the editor as soon as it is ready. */
export function JobPage() {
  return (
    <App>
      <Job id={location.pathname.split('/')[2] ?? ''} />
    </App>
  );
}

function Job({ id }: { id: string }) {
  const words = useMessages();
  const language = useLanguage();
  const query = useJob(id);
  const job = query.data;
  const draft = useLiveDraft(id);
  useTitle(job ? jobName(job, language) : words.queue.title);

  if (query.error instanceof ApiError && ['not_found', 'invalid_request'].includes(query.error.code)) {
    return (
      <EmptyState icon={CircleHelp} title={words.editor.notFoundTitle} text={words.editor.notFoundText}>
        <a href="/jobs" className={buttonStyle('primary')}>
          {words.editor.notFoundAction}
        </a>
      </EmptyState>
    );
  }
  if (!job) {
    if (!query.isError) return <PageSkeleton />;
    return <Problem title={words.editor.loadFailed} error={query.error} onRetry={() => void query.refetch()} />;
  }
  // A job turns ready in an event; its summary comes with the answer that the event asks for.
  const finished = isEditable(job) && job.summary_markdown !== null;
  const written = draft !== null && (isEditable(job) || isBeingWritten(job));
  return finished || written ? <JobEditor job={job} draft={draft} /> : <JobProgress job={job} />;
}

function PageSkeleton() {
  return (
    <div className="grid gap-10 lg:grid-cols-[minmax(0,1fr)_23rem]" aria-hidden="true">
      <div className="flex flex-col gap-4 pt-10">
        <div className="skeleton h-9 w-4/5" />
        <div className="skeleton h-4 w-2/5" />
        <div className="skeleton mt-6 h-96" />
      </div>
      <div className="skeleton aspect-video" />
    </div>
  );
}
