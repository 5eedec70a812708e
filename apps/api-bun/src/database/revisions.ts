import type { Revision, RevisionItem, RevisionKind, SummaryFacts } from '@destila/contracts';
import type { Queryable } from './database.ts';
import { JOB_COLUMNS, type JobRow } from './jobs.ts';

/** What a revision keeps of a job. */
export type RevisionContent = Pick<JobRow, 'video_title' | 'key_points' | 'ai_tags' | 'summarized_by'> & {
  summary_markdown: string | null;
  summary_facts: SummaryFacts | null;
};

/** Revisions kept before titles were have none, and say nothing of tags and key points either. */
const ITEM_COLUMNS = `r.id, r.kind, r.title, r.summarized_by, r.facts, r.created_at,
  (r.summary_markdown = j.summary_markdown
    and (r.title is null or (r.title = j.video_title and r.key_points = j.key_points and r.tags = j.ai_tags))) as is_current`;

/** Newest first. */
export function listRevisions(db: Queryable, jobId: string): Promise<RevisionItem[]> {
  return db.query<RevisionItem>(
    `select ${ITEM_COLUMNS} from job_revisions r join processing_jobs j on j.id = r.job_id
     where r.job_id = $1 and j.deleted_at is null
     order by r.created_at desc, r.id`,
    [jobId],
  );
}

export async function findRevision(db: Queryable, jobId: string, id: string): Promise<Revision | null> {
  const [row] = await db.query<Revision>(
    `select ${ITEM_COLUMNS}, r.summary_markdown, r.key_points, r.tags
     from job_revisions r join processing_jobs j on j.id = r.job_id
     where r.job_id = $1 and r.id = $2 and j.deleted_at is null`,
    [jobId, id],
  );
  return row ?? null;
}

/** @returns the revision's id */
export async function addRevision(
  db: Queryable,
  job: { id: string; user_id: string },
  kind: RevisionKind,
  content: RevisionContent,
): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    `insert into job_revisions (job_id, user_id, kind, title, summary_markdown, key_points, tags, summarized_by, facts)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9::jsonb) returning id`,
    [job.id, job.user_id, kind, ...valuesOf(content), content.summarized_by, JSON.stringify(content.summary_facts)],
  );
  if (!row) throw new Error('a revision was not kept');
  return row.id;
}

/** Keeps what a job says, unless a revision says the same already. @returns the id of the one that does */
export async function keepRevision(
  db: Queryable,
  job: { id: string; user_id: string },
  kind: RevisionKind,
  content: RevisionContent,
): Promise<string> {
  const [same] = await db.query<{ id: string }>(
    `select id from job_revisions
     where job_id = $1 and title is not distinct from $2 and summary_markdown = $3 and key_points = $4::jsonb and tags = $5::jsonb
     order by created_at desc limit 1`,
    [job.id, ...valuesOf(content)],
  );
  return same ? same.id : addRevision(db, job, kind, content);
}

function valuesOf({ video_title, summary_markdown, key_points, ai_tags }: RevisionContent) {
  return [video_title, summary_markdown, JSON.stringify(key_points), JSON.stringify(ai_tags)];
}

/** A ready or saved job as it stands, which nobody changes until the transaction ends. */
export async function lockNote(db: Queryable, job: { id: string; user_id: string }): Promise<JobRow | null> {
  const [row] = await db.query<JobRow>(
    `select ${JOB_COLUMNS} from processing_jobs
     where id = $1 and user_id = $2 and deleted_at is null and status in ('ready', 'saved') for update`,
    [job.id, job.user_id],
  );
  return row ?? null;
}

/** Puts a revision in the place of what the note says. */
export async function restoreRevision(db: Queryable, jobId: string, revisionId: string): Promise<void> {
  await db.query(
    `update processing_jobs j set
       summary_markdown = r.summary_markdown, summarized_by = r.summarized_by, summary_facts = r.facts,
       video_title = coalesce(r.title, j.video_title),
       key_points = case when r.title is null then j.key_points else r.key_points end,
       ai_tags = case when r.title is null then j.ai_tags else r.tags end,
       version = j.version + 1, updated_at = clock_timestamp()
     from job_revisions r where j.id = $1 and r.id = $2 and r.job_id = j.id`,
    [jobId, revisionId],
  );
  await db.query("select queue.record(j, 'revision_restored') from processing_jobs j where id = $1", [jobId]);
}
