import type { OnConflict } from '@destila/contracts';
import type { Database, Queryable } from './database.ts';
import type { JobRow } from './jobs.ts';
import { keepRevision } from './revisions.ts';

/** The right to publish a job, until the lease runs out. The token fences off whoever held it before. */
export interface PublicationClaim {
  import_key: string;
  destination: 'markdown' | 'notion';
  /** Where in it: a Notion data source's id. */
  target: string | null;
  job_id: string;
  user_id: string;
  claim_token: number;
  external_id: string | null;
  state: unknown;
  on_conflict: OnConflict | null;
  /** Claims since a save was last finished, this one included. */
  tries: number;
  /** Failed tries of this save. */
  attempts: number;
  /** Seconds for which rate limits have been putting it off. */
  snoozed_seconds: number;
}

export interface PublicationLease {
  /** Seconds for which a claim holds unless it is renewed. */
  leaseSeconds: number;
  /** Milliseconds between two renewals. */
  renewalMs: number;
  /** Milliseconds without a renewal after which the holder gives up by itself, well before the lease runs out. */
  selfAbortMs: number;
  /** Seconds after which a request that was given up has been carried out, if ever. */
  lookAgainSeconds: number;
}

export const PUBLICATION_LEASE: PublicationLease = {
  leaseSeconds: 90,
  renewalMs: 15_000,
  selfAbortMs: 60_000,
  lookAgainSeconds: 120,
};

const CLAIM_COLUMNS = `p.import_key, p.destination, p.target, p.job_id, p.user_id, p.claim_token, p.external_id, p.state, p.on_conflict, p.tries, p.attempts,
  coalesce(extract(epoch from clock_timestamp() - p.snoozed_since), 0)::float8 as snoozed_seconds`;
const LIVE_CLAIM = 'import_key = $1 and claim_token = $2 and lease_expires_at > clock_timestamp()';

/**
 * Makes the durable record of a save, with the import key, before the first call to the destination, and claims it. An unfinished
 * save goes on under the new claim, to where it was going. Null while somebody else is at it.
 */
export async function beginPublication(
  db: Queryable,
  job: { id: string; user_id: string },
  { destination, target }: Pick<PublicationClaim, 'destination' | 'target'>,
  onConflict: OnConflict | null,
  { leaseSeconds } = PUBLICATION_LEASE,
): Promise<PublicationClaim | null> {
  const [claim] = await db.query<PublicationClaim>(
    `insert into publications as p (job_id, user_id, destination, target, on_conflict, wanted, claim_token, tries, lease_expires_at)
     values ($1, $2, $3, $4, $5, true, 1, 1, clock_timestamp() + make_interval(secs => $6))
     on conflict (job_id, destination) do update set
       target = case when p.wanted then coalesce(p.target, excluded.target) else excluded.target end,
       on_conflict = coalesce(excluded.on_conflict, case when p.wanted then p.on_conflict end),
       wanted = true, claim_token = p.claim_token + 1, tries = p.tries + 1, lease_expires_at = excluded.lease_expires_at,
       attempts = 0, snoozed_since = null, error_code = null
     where p.lease_expires_at is null or p.lease_expires_at <= clock_timestamp()
     returning ${CLAIM_COLUMNS}`,
    [job.id, job.user_id, destination, target, onConflict, leaseSeconds],
  );
  return claim ?? null;
}

/** Claims the unfinished save that has been due longest: one that was put off, or whose process died. Null when there is none. */
export async function claimUnfinishedPublication(
  db: Queryable,
  { leaseSeconds } = PUBLICATION_LEASE,
): Promise<PublicationClaim | null> {
  const [claim] = await db.query<PublicationClaim>(
    `with next as (
       select n.import_key from publications n join processing_jobs j on j.id = n.job_id
       where n.wanted and n.run_at <= clock_timestamp()
         and (n.lease_expires_at is null or n.lease_expires_at <= clock_timestamp())
         and j.deleted_at is null and j.status in ('ready', 'saved')
       order by n.run_at limit 1 for update of n skip locked
     )
     update publications p set
       claim_token = claim_token + 1, tries = tries + 1, attempts = attempts + (lease_expires_at is not null)::int,
       lease_expires_at = clock_timestamp() + make_interval(secs => $1)
     from next where p.import_key = next.import_key
     returning ${CLAIM_COLUMNS}`,
    [leaseSeconds],
  );
  return claim ?? null;
}

/** False when the claim is not live any more. */
export async function renewPublication(
  db: Queryable,
  claim: PublicationClaim,
  { leaseSeconds } = PUBLICATION_LEASE,
): Promise<boolean> {
  const rows = await db.query(
    `update publications set lease_expires_at = clock_timestamp() + make_interval(secs => $3) where ${LIVE_CLAIM} returning 1 as one`,
    [claim.import_key, claim.claim_token, leaseSeconds],
  );
  return rows.length > 0;
}

/** Keeps what the destination has come to. False when the claim is not live any more. */
export async function keepPublication(
  db: Queryable,
  claim: PublicationClaim,
  kept: { externalId: string; state: unknown },
): Promise<boolean> {
  const rows = await db.query(
    `update publications set external_id = $3, state = $4::jsonb where ${LIVE_CLAIM} returning 1 as one`,
    [claim.import_key, claim.claim_token, kept.externalId, JSON.stringify(kept.state)],
  );
  return rows.length > 0;
}

/**
 * Records where a job went and when, keeps the published text as a revision, and makes the job `saved`, in one transaction.
 * False when the claim is not live any more.
 */
export function finishPublication(
  database: Database,
  claim: PublicationClaim,
  job: JobRow,
  published: { externalId: string; location: string; state: unknown; lookAgain: boolean },
  { lookAgainSeconds } = PUBLICATION_LEASE,
): Promise<boolean> {
  const { destination } = claim;
  const { externalId, location, state, lookAgain } = published;
  return database.transaction(async (tx) => {
    const rows = await tx.query(
      `update publications set external_id = $3, location = $4, state = $5::jsonb, wanted = false, tries = 0, on_conflict = null,
         lease_expires_at = null, snoozed_since = null, error_code = null, published_at = clock_timestamp(),
         look_again_at = case when $6 then clock_timestamp() + make_interval(secs => $7) else look_again_at end
       where ${LIVE_CLAIM} returning 1 as one`,
      [claim.import_key, claim.claim_token, externalId, location, JSON.stringify(state), lookAgain, lookAgainSeconds],
    );
    if (rows.length === 0) return false;
    await tx.query(
      `update processing_jobs set
         status = 'saved', saved_at = clock_timestamp(), saved_to = $2, saved_location = $3, saved_version = $5,
         notion_page_id = case when $2 = 'notion' then $4 else notion_page_id end, updated_at = clock_timestamp()
       where id = $1 and status in ('ready', 'saved')`,
      [job.id, destination, location, externalId, job.version],
    );
    await keepRevision(tx, job, 'saved', job);
    await record(tx, job.id, 'saved', { to: destination, location });
    return true;
  });
}

/** Ends a try: the save is put off for so many seconds or, with null, given up. Does nothing when the claim is not live any more. */
export function failPublication(
  database: Database,
  claim: PublicationClaim,
  { code, retryInSeconds, costsAttempt }: { code: string; retryInSeconds: number | null; costsAttempt: boolean },
): Promise<void> {
  return database.transaction(async (tx) => {
    const [row] = await tx.query<{ former_code: string | null }>(
      `with former as (select import_key as key, error_code as former_code from publications where import_key = $1 for update)
       update publications set
         wanted = $4::float8 is not null, lease_expires_at = null, error_code = $3, attempts = attempts + $5::boolean::int,
         snoozed_since = case when $5 then null else coalesce(snoozed_since, clock_timestamp()) end,
         run_at = clock_timestamp() + make_interval(secs => coalesce($4::float8, 0))
       from former where key = import_key and ${LIVE_CLAIM} returning former_code`,
      [claim.import_key, claim.claim_token, code, retryInSeconds, costsAttempt],
    );
    const retried = retryInSeconds !== null;
    // A day without Notion is one line of the history, not a thousand.
    if (row && !(retried && row.former_code === code)) {
      await record(tx, claim.job_id, 'save_failed', { code, retried });
    }
  });
}

/** Gives a claim back, so that the save can be taken up again at once. */
export async function releasePublication(db: Queryable, claim: PublicationClaim): Promise<void> {
  await db.query(`update publications set lease_expires_at = null where ${LIVE_CLAIM}`, [
    claim.import_key,
    claim.claim_token,
  ]);
}

/** A finished save of which something may have come too late. */
export interface Look {
  import_key: string;
  user_id: string;
  destination: 'markdown' | 'notion';
  target: string | null;
  external_id: string;
  /** When it is looked again unless this look ends. */
  look_again_at: string;
}

/** Has it looked for what a lost claim may yet have made. Whoever lost it asks, so that nothing fences this. */
export async function askForLook(
  db: Queryable,
  { import_key }: PublicationClaim,
  { lookAgainSeconds } = PUBLICATION_LEASE,
): Promise<void> {
  await db.query(
    'update publications set look_again_at = clock_timestamp() + make_interval(secs => $2) where import_key = $1',
    [import_key, lookAgainSeconds],
  );
}

/** The look that has been due longest, put off in case it is cut off. Null when there is none. */
export async function takeLook(db: Queryable, { lookAgainSeconds } = PUBLICATION_LEASE): Promise<Look | null> {
  const [look] = await db.query<Look>(
    `with next as (
       select import_key from publications
       where look_again_at <= clock_timestamp() and not wanted and external_id is not null
       order by look_again_at limit 1 for update skip locked
     )
     update publications p set look_again_at = clock_timestamp() + make_interval(secs => $1)
     from next where p.import_key = next.import_key
     returning p.import_key, p.user_id, p.destination, p.target, p.external_id, p.look_again_at::text`,
    [lookAgainSeconds],
  );
  return look ?? null;
}

/** Whether the note is still where it was when the look began, and nobody is saving it. */
export async function isStillThere(db: Queryable, { import_key, external_id }: Look): Promise<boolean> {
  const rows = await db.query(
    'select 1 as one from publications where import_key = $1 and external_id = $2 and not wanted',
    [import_key, external_id],
  );
  return rows.length > 0;
}

export async function endLook(db: Queryable, { import_key, look_again_at }: Look): Promise<void> {
  await db.query(
    'update publications set look_again_at = null where import_key = $1 and look_again_at = $2::timestamptz',
    [import_key, look_again_at],
  );
}

/** For the embedded database, whose one process has just started: nobody can be holding any. */
export async function freePublications(db: Queryable): Promise<void> {
  await db.query('update publications set lease_expires_at = null where lease_expires_at is not null');
}

async function record(tx: Queryable, jobId: string, kind: string, detail: object): Promise<void> {
  await tx.query('select queue.record(j, $2, null, $3::jsonb) from processing_jobs j where id = $1', [
    jobId,
    kind,
    JSON.stringify(detail),
  ]);
}
