import { ArrowRight, ListVideo } from 'lucide-react';
import { useMessages } from '../../lib/i18n/index.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { JobCard } from '../jobs/JobCard.tsx';
import { CardSkeletons } from '../jobs/JobsList.tsx';
import { useJobs } from '../jobs/useJobs.ts';
import { App, useTitle } from '../shell/App.tsx';
import { AddVideos } from './AddVideos.tsx';
import { useAddOptions } from './add-options.ts';
import { DropZone, Uploads } from './Uploads.tsx';
import { useUploads } from './useUploads.ts';

const LATEST = 5;

/** The first page: add a video, see that it moves, go on with something else. */
export function EnhancedDashboard() {
  return (
    <App>
      <Dashboard />
    </App>
  );
}

function Dashboard() {
  const words = useMessages().dashboard;
  useTitle(words.title);
  const [options, setOptions] = useAddOptions();
  const uploads = useUploads(options);
  return (
    <div className="mx-auto max-w-3xl">
      <div className="pt-2 pb-6 sm:pt-8">
        <h1 className="text-2xl font-semibold tracking-tight sm:text-[1.75rem]">{words.title}</h1>
        <p className="mt-1 text-muted">{words.lead}</p>
      </div>
      <AddVideos options={options} onOptions={setOptions} onFiles={uploads.add} />
      <Uploads uploads={uploads} />
      <Latest />
      <DropZone onFiles={uploads.add} />
    </div>
  );
}

function Latest() {
  const words = useMessages().dashboard;
  const queue = useMessages().queue;
  const jobs = useJobs({ limit: LATEST });
  const page = jobs.data?.pages[0];
  if (jobs.isError && !page) {
    return <Problem title={queue.loadFailed} error={jobs.error} onRetry={() => void jobs.refetch()} />;
  }
  return (
    <section aria-labelledby="latest" className="mt-8">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="latest" className="font-semibold">
          {words.latest}
        </h2>
        <p className="flex min-h-5 items-center gap-4 text-sm text-muted">
          {page && <Load processing={page.counts.processing} waiting={page.counts.pending} />}
          <a
            href="/jobs"
            className="inline-flex items-center gap-1 font-medium whitespace-nowrap text-ink hover:underline"
          >
            {words.viewQueue}
            <ArrowRight className="size-3.5" aria-hidden="true" />
          </a>
        </p>
      </div>
      {!page && <CardSkeletons />}
      {page?.jobs.length === 0 && (
        <div className="card border-dashed">
          <EmptyState icon={ListVideo} title={words.emptyTitle} text={words.emptyText} />
        </div>
      )}
      {page && page.jobs.length > 0 && (
        <ul className="card divide-y divide-line overflow-hidden">
          {page.jobs.slice(0, LATEST).map((job) => (
            <li key={job.id}>
              <JobCard job={job} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Load({ processing, waiting }: { processing: number; waiting: number }) {
  const words = useMessages().dashboard;
  const parts = [processing > 0 && words.inProcess(processing), waiting > 0 && words.waiting(waiting)];
  return <span className="tabular-nums">{parts.filter(Boolean).join(' · ') || words.idle}</span>;
}
