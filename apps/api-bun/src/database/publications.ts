import type { Database, Queryable } from './database.ts';
import type { JobRow } from './jobs.ts';
import { keepRevision } from './revisions.ts';

export interface Publication {
  import_key: string;
  external_id: string | null;
}

/** Seconds that publishing may take; after a crash, as long until somebody else may publish. */
const PUBLISHING_SECONDS = 120;

/**
 * Begins to publish a job: makes its durable record, with the import key, before the first call to the destination, and
 * takes the right to publish. Null while somebody else holds that right.
 */
export async function beginPublication(
  db: Queryable,
  job: { id: string; user_id: string },
  destination: 'markdown' | 'notion',
): Promise<Publication | null> {
  const [row] = await db.query<Publication>(
    `insert into publications as p (job_id, user_id, destination, publishing_until)
     values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
     on conflict (job_id, destination) do update set publishing_until = excluded.publishing_until
       where p.publishing_until is null or p.publishing_until < clock_timestamp()
     returning import_key, external_id`,
    [job.id, job.user_id, destination, PUBLISHING_SECONDS],
  );
  return row ?? null;
}

/** Keeps what the destination calls the page as soon as it is known, so that a save cut off later finds it again. */
export async function noteExternalId(db: Queryable, importKey: string, externalId: string): Promise<void> {
  await db.query('update publications set external_id = $2 where import_key = $1', [importKey, externalId]);
}

export async function abandonPublication(db: Queryable, importKey: string): Promise<void> {
  await db.query('update publications set publishing_until = null where import_key = $1', [importKey]);
}

/** At the embedded database's start nobody can be publishing. */
export async function abandonAllPublications(db: Queryable): Promise<void> {
  await db.query('update publications set publishing_until = null where publishing_until is not null');
}

/** Records where a job went, keeps what was published as a revision, and makes the job `saved`, in one transaction. */
export function finishPublication(
  database: Database,
  job: JobRow,
  publication: { import_key: string; destination: 'markdown' | 'notion'; externalId: string; location: string },
): Promise<void> {
  const { import_key, destination, externalId, location } = publication;
  return database.transaction(async (tx) => {
    await tx.query(
      `update publications set external_id = $2, location = $3, publishing_until = null, published_at = clock_timestamp()
       where import_key = $1`,
      [import_key, externalId, location],
    );
    await tx.query(
      `update processing_jobs set
         status = 'saved', saved_at = clock_timestamp(), saved_to = $2, saved_location = $3,
         notion_page_id = case when $2 = 'notion' then $4 else notion_page_id end, updated_at = clock_timestamp()
       where id = $1 and status in ('ready', 'saved')`,
      [job.id, destination, location, externalId],
    );
    await keepRevision(tx, job, 'saved', job);
    await tx.query(
      `select queue.record(j, 'saved', null, jsonb_build_object('to', $2::text, 'location', $3::text))
       from processing_jobs j where id = $1`,
      [job.id, destination, location],
    );
  });
}
