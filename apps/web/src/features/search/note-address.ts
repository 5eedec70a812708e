import type { SearchHit } from '@destila/contracts';

/** The page of a note, its video at the second of what was found. */
export function noteAddress({ job_id, start_seconds }: Pick<SearchHit, 'job_id' | 'start_seconds'>): string {
  return start_seconds === null ? `/jobs/${job_id}` : `/jobs/${job_id}?t=${Math.floor(start_seconds)}`;
}
