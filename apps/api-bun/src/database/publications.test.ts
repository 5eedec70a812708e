import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { addUser, DATABASES, freshDatabase } from '../../../../tests/databases.ts';
import type { Database } from './database.ts';
import { findJob, type JobRow } from './jobs.ts';
import {
  askForLook,
  beginPublication,
  claimUnfinishedPublication,
  endLook,
  failPublication,
  finishPublication,
  freePublications,
  isStillThere,
  keepPublication,
  PUBLICATION_LEASE,
  type PublicationClaim,
  releasePublication,
  renewPublication,
  takeLook,
} from './publications.ts';

const PUBLISHED = { externalId: 'page', location: 'https://notion.so/page', state: {}, lookAgain: false };
const AIM = { destination: 'notion', target: 'a' } as const;
const PAGE = { externalId: 'page', state: { step: 'writing' } };

describe.each(DATABASES)('the record of a save on %s', (kind) => {
  let database: Database;
  let user: string;
  let job: JobRow;

  beforeAll(async () => {
    database = await freshDatabase(kind);
    user = await addUser(database);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.query('delete from publications');
    job = await addReadyJob();
  });

  async function addReadyJob(): Promise<JobRow> {
    const [row] = await database.query<{ id: string }>(
      `insert into processing_jobs (user_id, url, source_key, status, progress, summary_markdown, completed_at)
       values ($1, 'https://example.org/v', gen_random_uuid(), 'ready', 100, 'Texto', now()) returning id`,
      [user],
    );
    const found = await findJob(database, row?.id ?? '');
    if (!found) throw new Error('there is no job');
    return found;
  }
  async function begin(): Promise<PublicationClaim> {
    const claim = await beginPublication(database, job, AIM, null);
    if (!claim) throw new Error('somebody else is at it');
    return claim;
  }
  const unfinished = () => claimUnfinishedPublication(database);
  const lapse = () =>
    database.query("update publications set lease_expires_at = clock_timestamp() - interval '1 second'");

  test('is there, claimed by one alone, before anything is published', async () => {
    const claims = await Promise.all([1, 2, 3].map(() => beginPublication(database, job, AIM, null)));
    expect(claims.filter((claim) => claim !== null)).toMatchObject([{ tries: 1, external_id: null }]);
    expect(await unfinished()).toBeNull();
  });

  test('is taken up by another when its process dies, who knows what it came to', async () => {
    const first = await begin();
    expect(await keepPublication(database, first, PAGE)).toBeTrue();
    await lapse();
    const second = await unfinished();
    expect(second).toMatchObject({
      import_key: first.import_key,
      external_id: 'page',
      state: { step: 'writing' },
      tries: 2,
      attempts: 1,
    });
  });

  test('takes nothing more from one whose claim has lapsed or was taken over', async () => {
    const stale = await begin();
    await lapse();
    expect(await renewPublication(database, stale)).toBeFalse();
    const live = await begin();
    expect(await renewPublication(database, stale)).toBeFalse();
    expect(await keepPublication(database, stale, PAGE)).toBeFalse();
    expect(await finishPublication(database, stale, job, PUBLISHED)).toBeFalse();
    await failPublication(database, stale, { code: 'notion_rejected', retryInSeconds: null, costsAttempt: true });
    await releasePublication(database, stale);
    expect((await findJob(database, job.id))?.status).toBe('ready');
    expect(await finishPublication(database, live, job, PUBLISHED)).toBeTrue();
    expect(await findJob(database, job.id)).toMatchObject({
      status: 'saved',
      saved_to: 'notion',
      saved_location: 'https://notion.so/page',
      notion_page_id: 'page',
    });
  });

  test('is put off for what may pass by itself, and then due again', async () => {
    await failPublication(database, await begin(), { code: 'notion_busy', retryInSeconds: 60, costsAttempt: false });
    expect(await unfinished()).toBeNull();
    await database.query('update publications set run_at = clock_timestamp()');
    const again = await unfinished();
    expect(again).toMatchObject({ attempts: 0, tries: 2 });
    expect(again?.snoozed_seconds).toBeGreaterThan(0);

    if (again) await failPublication(database, again, { code: 'notion_busy', retryInSeconds: 0, costsAttempt: false });
    const last = await unfinished();
    if (last) await failPublication(database, last, { code: 'notion_busy', retryInSeconds: null, costsAttempt: true });
    const told = await database.query(
      "select detail ->> 'retried' as retried from job_events where job_id = $1 and kind = 'save_failed' order by id",
      [job.id],
    );
    expect(told).toEqual([{ retried: 'true' }, { retried: 'false' }]);
  });

  test('is not tried again after what a person has to mend, until they ask; then what may have been made is looked for', async () => {
    await failPublication(database, await begin(), {
      code: 'notion_unauthorized',
      retryInSeconds: null,
      costsAttempt: true,
    });
    expect(await unfinished()).toBeNull();
    expect(await begin()).toMatchObject({ tries: 2, attempts: 0 });
  });

  test('begins anew once it is finished, and forgets what was chosen about changes', async () => {
    const claim = await beginPublication(database, job, AIM, 'overwrite');
    if (!claim) throw new Error('somebody else is at it');
    await finishPublication(database, claim, job, PUBLISHED);
    expect(await begin()).toMatchObject({ tries: 1, on_conflict: null, external_id: 'page' });
  });

  test('goes to where it was going, wherever newer ones go, until it is finished or given up', async () => {
    const target = async (to: string) => {
      const claim = await beginPublication(database, job, { destination: 'notion', target: to }, null);
      if (!claim) throw new Error('somebody else is at it');
      return claim;
    };
    expect(await target('a')).toMatchObject({ target: 'a' });
    await lapse();
    expect(await target('b')).toMatchObject({ target: 'a' });
    await lapse();
    const claim = await unfinished();
    expect(claim).toMatchObject({ target: 'a' });
    if (claim) await finishPublication(database, claim, job, PUBLISHED);
    const next = await target('b');
    expect(next).toMatchObject({ target: 'b' });
    await failPublication(database, next, { code: 'notion_not_shared', retryInSeconds: null, costsAttempt: true });
    expect(await target('c')).toMatchObject({ target: 'c' });
  });

  test('is looked at again once a call that was cut off can have come to something, unless somebody is saving it', async () => {
    const lease = { ...PUBLICATION_LEASE, lookAgainSeconds: 0 };
    const lost = await begin();
    await lapse();
    await finishPublication(database, await begin(), job, { ...PUBLISHED, lookAgain: true });
    expect(await takeLook(database, lease)).toBeNull();
    await askForLook(database, lost, lease);
    const look = await takeLook(database);
    expect(look).toMatchObject({ destination: 'notion', target: 'a', external_id: 'page' });
    expect(await takeLook(database, lease)).toBeNull();
    if (!look) throw new Error('there is none');
    expect(await isStillThere(database, look)).toBeTrue();

    const claim = await begin();
    expect(await isStillThere(database, look)).toBeFalse();
    await askForLook(database, lost, lease);
    await endLook(database, look);
    expect(await takeLook(database, lease)).toBeNull();
    await finishPublication(database, claim, job, { ...PUBLISHED, externalId: 'other' });
    expect(await isStillThere(database, look)).toBeFalse();
    const last = await takeLook(database);
    expect(last).toMatchObject({ external_id: 'other' });
    if (last) await endLook(database, last);
    expect(await database.query('select look_again_at from publications')).toEqual([{ look_again_at: null }]);
  });

  test('is free at once when the embedded database starts, or its process stops in order', async () => {
    await begin();
    await freePublications(database);
    const claim = await unfinished();
    expect(claim).toMatchObject({ attempts: 0 });
    if (claim) await releasePublication(database, claim);
    expect(await unfinished()).not.toBeNull();
  });

  test('of a job that the person deleted is nobody’s any more', async () => {
    await begin();
    await lapse();
    await database.query('update processing_jobs set deleted_at = now() where id = $1', [job.id]);
    expect(await unfinished()).toBeNull();
  });
});
