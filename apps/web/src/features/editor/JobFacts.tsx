import { formatTimestamp, type JobDetail } from '@destila/contracts';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { StatusIcon, statusTone } from '../jobs/JobCard.tsx';
import { jobSource, statusLabel } from '../jobs/job-words.ts';
import { Findable } from './Findable.tsx';

/** Where a job stands, and what was made of what. */
export function JobFacts({ job }: { job: JobDetail }) {
  const words = useMessages();
  const language = useLanguage();
  const summary = job.summarized_by === 'extractive' ? words.editor.extractive : job.summarized_by;
  const transcript = job.transcript_origin && words.editor.transcriptFrom[job.transcript_origin];
  const { repeated = 0, silent = 0 } = job.transcript_dropped ?? {};
  const facts = [
    jobSource(job, language),
    job.video_duration !== null && formatTimestamp(job.video_duration),
    summary && `${words.editor.summarizedBy}: ${summary}`,
    transcript && `${words.editor.transcript} ${transcript}`,
    repeated > 0 && words.editor.droppedRepeated(repeated),
    silent > 0 && words.editor.droppedSilent(silent),
  ];
  return (
    <div className="mt-2 text-sm text-faint">
      <p className={`inline-flex items-start gap-1.5 ${statusTone(job)}`}>
        <StatusIcon job={job} />
        <span>
          {statusLabel(job, language)} <SavedPlace job={job} />
        </span>
      </p>
      <p className="mt-0.5">
        {facts.filter(Boolean).join(' · ')}
        {job.indexed_at && <Findable job={job} />}
      </p>
    </div>
  );
}

function SavedPlace({ job }: { job: JobDetail }) {
  const words = useMessages().editor;
  if (!job.saved_location) return null;
  if (!job.saved_location.startsWith('https:')) {
    return <span className="font-normal wrap-anywhere text-faint">· {job.saved_location}</span>;
  }
  return (
    <a href={job.saved_location} target="_blank" rel="noopener noreferrer" className="font-normal underline">
      {words.openNotion}
    </a>
  );
}
