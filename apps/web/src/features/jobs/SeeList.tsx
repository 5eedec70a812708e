import type { JobListItem } from '@destila/contracts';
import { useMessages } from '../../lib/i18n/index.ts';

/** The way from a job that turned out to be a list to the choice among its videos. */
export function SeeList({ job }: { job: Pick<JobListItem, 'error_code' | 'url'> }) {
  const { seeList } = useMessages().dashboard;
  if (job.error_code !== 'several_videos') return null;
  return (
    <a href={`/?list=${encodeURIComponent(job.url)}`} className="relative z-10 font-medium text-accent">
      {seeList}
    </a>
  );
}
