import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { type JobDetail, jobDetailSchema, jobPageSchema } from '@destila/contracts';
import { addUser } from '../../../../tests/databases.ts';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';
import { NotionServer } from '../../../../tests/notion-server/notion-server.ts';
import { addReadyJob } from '../../../../tests/ready-job.ts';
import { beginPublication, failPublication } from '../database/publications.ts';
import { LOCAL_USER } from '../database/users.ts';

let notion: NotionServer;
let site: TestDestila;
let id: string;
beforeAll(async () => {
  notion = await NotionServer.start();
  const environment = { NOTION_TOKEN: notion.token, NOTION_DATA_SOURCE_ID: notion.dataSourceId };
  site = await startTestDestila('pglite', { ...environment, NOTION_BASE_URL: notion.url }, { work: false });
});
afterEach(() => {
  notion.faults = () => null;
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
  notion.stop();
});

function refuse(status: number, code: string): void {
  notion.faults = () => ({ kind: 'refused', status, code, retryAfter: 0 });
}

async function save(): Promise<number> {
  return (await site.api(`/jobs/${id}/save`, { method: 'POST' })).status;
}

async function unfinishedSave(): Promise<JobDetail['unfinished_save']> {
  const { unfinished_save } = await site.read(jobDetailSchema, `/jobs/${id}`);
  const { jobs } = await site.read(jobPageSchema, '/jobs');
  expect(jobs.find((job) => job.id === id)?.unfinished_save).toEqual(unfinished_save);
  return unfinished_save;
}

test('a job tells of a save that goes on by itself, and when it is tried again, until it is saved', async () => {
  id = await addReadyJob(site);
  expect(await unfinishedSave()).toBeNull();
  refuse(429, 'rate_limited');
  expect(await save()).toBe(503);
  const pending = await unfinishedSave();
  expect(pending).toEqual({ state: 'pending', error_code: 'notion_busy', next_try_at: expect.any(String) });
  expect(Date.parse(pending?.next_try_at ?? '')).toBeGreaterThan(Date.now());

  notion.faults = () => null;
  expect(await save()).toBe(200);
  expect(await unfinishedSave()).toBeNull();
});

test('while a save is being tried, no later moment is told', async () => {
  id = await addReadyJob(site);
  const aim = { destination: 'notion', target: notion.dataSourceId } as const;
  await beginPublication(site.destila.services.database, { id, user_id: LOCAL_USER }, aim, null);
  expect(await unfinishedSave()).toEqual({ state: 'pending', error_code: null, next_try_at: null });
});

test('a job tells why it could not be saved for good, also over an earlier save, until it is saved', async () => {
  id = await addReadyJob(site);
  for (const _ of ['first', 'again']) {
    refuse(401, 'unauthorized');
    expect(await save()).toBe(502);
    expect(await unfinishedSave()).toEqual({ state: 'failed', error_code: 'notion_unauthorized', next_try_at: null });
    notion.faults = () => null;
    expect(await save()).toBe(200);
    expect(await unfinishedSave()).toBeNull();
  }
});

test('a save that failed is no news once the note is saved somewhere else', async () => {
  const { database } = site.destila.services;
  id = await addReadyJob(site);
  const folder = { destination: 'markdown', target: null } as const;
  const claim = await beginPublication(database, { id, user_id: LOCAL_USER }, folder, null);
  if (!claim) throw new Error('somebody else is at it');
  await failPublication(database, claim, { code: 'destination_unwritable', retryInSeconds: null, costsAttempt: true });
  expect(await unfinishedSave()).toMatchObject({ state: 'failed', error_code: 'destination_unwritable' });
  expect(await save()).toBe(200);
  expect(await unfinishedSave()).toBeNull();
});

test('nobody is told of another person’s save', async () => {
  const { database } = site.destila.services;
  const user_id = await addUser(database);
  id = await addReadyJob(site, { userId: user_id });
  const aim = { destination: 'notion', target: notion.dataSourceId } as const;
  await beginPublication(database, { id, user_id }, aim, null);
  expect((await site.api(`/jobs/${id}`)).status).toBe(404);
  const { jobs } = await site.read(jobPageSchema, '/jobs');
  expect(jobs.map((job) => job.id)).not.toContain(id);
});
