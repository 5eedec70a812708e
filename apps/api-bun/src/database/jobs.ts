import {
  type EditJobRequest,
  type JobCounts,
  type JobDetail,
  type JobListItem,
  jobCountsSchema,
  type ListJobsQuery,
  type ProcessingJob,
  STAGES,
  STATUS_FILTERS,
  type StatusFilter,
} from '@destila/contracts';
import type { Queryable } from './database.ts';

const SHORT_COLUMNS = `id, user_id, url, custom_prompt, status, progress, current_step, progress_detail, error_code,
  error_message, failed_stage, video_title, video_thumbnail, video_duration, source_language, output_language, options, ai_tags,
  category_id, notion_page_id, saved_to, saved_location, indexed_at, worker_id is not null as held, retry_count, version,
  run_at, created_at, started_at, completed_at, saved_at, updated_at, deleted_at`;

const LONG_COLUMNS = 'transcription, summary_markdown, key_points, summarized_by, summary_facts';

/** One that failed before the note was saved after all, there or elsewhere, is no news. */
const UNFINISHED_SAVE = `(
  select jsonb_build_object(
    'state', case when p.wanted then 'pending' else 'failed' end,
    'error_code', p.error_code,
    'next_try_at', case when p.wanted and p.lease_expires_at is null then p.run_at end)
  from publications p
  where p.job_id = processing_jobs.id
    and (p.wanted or (p.error_code is not null and p.run_at > coalesce(processing_jobs.saved_at, '-infinity')))
  order by p.wanted desc, p.run_at desc limit 1
) as unfinished_save`;

const LIST_COLUMNS = `${SHORT_COLUMNS}, saved_version, indexed_version, ${UNFINISHED_SAVE}`;

/** The columns of a `JobRow` in `processing_jobs`. */
export const JOB_COLUMNS = `${LIST_COLUMNS}, ${LONG_COLUMNS}`;

/** Those of a job in its stages: nobody has saved or indexed it yet. */
export const UNFINISHED_JOB_COLUMNS = `${SHORT_COLUMNS}, null as saved_version, null as indexed_version, null as unfinished_save, ${LONG_COLUMNS}`;

export type JobRow = ProcessingJob & Pick<JobDetail, 'summarized_by' | 'summary_facts'>;

/** Newest first. The cursor is the id of the last job of the page before. */
export async function listJobs(
  db: Queryable,
  { status, q, cursor, limit }: ListJobsQuery,
): Promise<{ jobs: JobListItem[]; next_cursor: string | null }> {
  const rows = await db.query<JobListItem>(
    `select ${LIST_COLUMNS} from processing_jobs
     where deleted_at is null
       and ($1::text[] is null or status = any($1))
       and ($2::text is null or video_title ilike $2 or url ilike $2)
       and ($3::uuid is null or (created_at, id) < (select created_at, id from processing_jobs where id = $3))
     order by created_at desc, id desc
     limit $4`,
    [status ? statusesOf(status) : null, q ? `%${escapeLike(q)}%` : null, cursor ?? null, limit + 1],
  );
  const jobs = rows.slice(0, limit);
  return { jobs, next_cursor: rows.length > limit ? (jobs.at(-1)?.id ?? null) : null };
}

export async function countJobs(db: Queryable): Promise<JobCounts> {
  const rows = await db.query<{ status: StatusFilter; count: number }>(
    'select status, count(*) from processing_jobs where deleted_at is null group by status',
  );
  const byStatus = new Map(rows.map((row) => [row.status, row.count]));
  const total = (statuses: readonly StatusFilter[]) =>
    statuses.reduce((sum, status) => sum + (byStatus.get(status) ?? 0), 0);
  const entries = STATUS_FILTERS.map((filter) => [filter, total(statusesOf(filter))] as const);
  return jobCountsSchema.parse(Object.fromEntries([...entries, ['all', total([...byStatus.keys()])]]));
}

export async function findJob(db: Queryable, id: string): Promise<JobRow | null> {
  const [row] = await db.query<JobRow>(
    `select ${JOB_COLUMNS} from processing_jobs where id = $1 and deleted_at is null`,
    [id],
  );
  return row ?? null;
}

export async function findListItems(db: Queryable, ids: readonly string[]): Promise<JobListItem[]> {
  return db.query<JobListItem>(`select ${LIST_COLUMNS} from processing_jobs where id = any($1::uuid[])`, [ids]);
}

/** Which of the sources have a job that neither failed nor was cancelled: its id by the source's key. */
export async function findJobsOfSources(db: Queryable, sourceKeys: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.query<{ source_key: string; id: string }>(
    `select source_key, id from processing_jobs
     where source_key = any($1) and deleted_at is null and status not in ('failed', 'cancelled')
     order by created_at`,
    [sourceKeys],
  );
  return new Map(rows.map(({ source_key, id }) => [source_key, id]));
}

/** The claims that workers hold, also those whose lease has run out unnoticed. */
export function listClaims(db: Queryable): Promise<{ id: string; claim_token: number }[]> {
  return db.query('select id, claim_token from processing_jobs where worker_id is not null');
}

/** Of these jobs, the ones that may still be transcribed, and whether a worker holds them. */
export function listAwaitingSound(db: Queryable, ids: readonly string[]): Promise<{ id: string; held: boolean }[]> {
  return db.query(
    `select id, worker_id is not null as held from processing_jobs
     where id::text = any($1) and deleted_at is null
       and (status in ('pending', 'downloading', 'transcribing') or (status = 'failed' and failed_stage <> 'summarizing'))`,
    [ids],
  );
}

/** Whether any job, deleted ones included, has its media in that folder of the uploads. */
export async function isUploadUsed(db: Queryable, fileId: string): Promise<boolean> {
  const rows = await db.query('select 1 from processing_jobs where starts_with(url, $1) limit 1', [
    `upload:${fileId}/`,
  ]);
  return rows.length > 0;
}

/** Writes an edit if the job still has that version; otherwise, or when it is no job of theirs, null. */
export async function editJob(
  db: Queryable,
  id: string,
  edit: EditJobRequest,
  expectedVersion: number | null,
): Promise<JobRow | null> {
  const [row] = await db.query<JobRow>(
    `update processing_jobs set
       summary_markdown = coalesce($3, summary_markdown),
       video_title = coalesce($4, video_title),
       ai_tags = coalesce($5::jsonb, ai_tags),
       category_id = case when $6 then $7::uuid else category_id end,
       version = version + 1, updated_at = clock_timestamp(),
       -- What search finds of a note are its words and its title.
       indexed_version = case
         when indexed_version = version and coalesce($3, summary_markdown) is not distinct from summary_markdown
           and coalesce($4, video_title) is not distinct from video_title then version + 1
         else indexed_version end
     where id = $1 and deleted_at is null and status in ('ready', 'saved') and ($2::int is null or version = $2)
     returning ${JOB_COLUMNS}`,
    [
      id,
      expectedVersion,
      edit.summary_markdown ?? null,
      edit.video_title ?? null,
      edit.ai_tags ? JSON.stringify(edit.ai_tags) : null,
      edit.category_id !== undefined,
      edit.category_id ?? null,
    ],
  );
  return row ?? null;
}

function statusesOf(filter: StatusFilter): readonly StatusFilter[] {
  return filter === 'processing' ? STAGES : [filter];
}

/** `%`, `_` and `\` mean themselves in what a person types. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
