import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { type JobDetail, jobDetailSchema, problemSchema, processingJobSchema } from '@destila/contracts';
import { startTestDestila, type TestDestila } from './destila.ts';
import { uploadIdOf } from './notion-server/file-uploads.ts';
import { NotionServer } from './notion-server/notion-server.ts';
import { outline } from './notion-server/outline.ts';
import { addReadyJob } from './ready-job.ts';
import { until } from './until.ts';

const SAMPLE = join(import.meta.dir, '../examples/la-luna-y-las-mareas.mp4');

let notion: NotionServer;
beforeEach(async () => {
  notion = await NotionServer.start();
});
afterEach(() => notion.stop());

function startDestila(environment: Record<string, string> = {}): Promise<TestDestila> {
  return startTestDestila('pglite', {
    NOTION_TOKEN: notion.token,
    NOTION_DATA_SOURCE_ID: notion.dataSourceId,
    NOTION_BASE_URL: notion.url,
    ...environment,
  });
}

async function readySample(site: TestDestila): Promise<JobDetail> {
  const upload = { method: 'POST', body: Bun.file(SAMPLE) };
  const { id } = await site.read(processingJobSchema, '/jobs/upload?filename=luna.mp4', upload);
  return untilStatus(site, id, 'ready');
}

function untilStatus(site: TestDestila, id: string, status: JobDetail['status']): Promise<JobDetail> {
  return until(async () => {
    const job = await site.read(jobDetailSchema, `/jobs/${id}`);
    return job.status === status && job;
  });
}

test('with Notion connected, a ready job is saved as one page there, however often, and whatever answer is lost', async () => {
  await using site = await startDestila({ NOTION_TRANSCRIPT: 'on' });
  const { id } = await readySample(site);
  notion.failNext('POST /v1/pages', { kind: 'dropped', when: 'after' });
  const saved = await site.read(processingJobSchema, `/jobs/${id}/save`, { method: 'POST' });
  expect(saved).toMatchObject({ status: 'saved', saved_to: 'notion', notion_page_id: notion.pages[0]?.id });
  expect((await site.api(`/jobs/${id}/save`, { method: 'POST' })).status).toBe(200);
  expect(notion.pages).toHaveLength(1);

  const text = outline(notion.pages[0]?.children ?? []);
  expect(text.join('\n')).toContain('Mareas vivas y mareas muertas');
  expect(text).toContain('toggle: Transcripción');
  expect(JSON.stringify(notion.pages[0])).toContain(`${site.url}/jobs/${id}?t=43`);

  const cover = uploadIdOf(notion.pages[0]?.cover);
  const picture = await (await site.api(`/jobs/${id}/thumbnail`)).bytes();
  expect(picture.length).toBeGreaterThan(1_000);
  expect(await notion.workspace.findFileUpload(cover ?? '').file?.bytes()).toEqual(picture);
});

test('a title as long as a post is cut, never inside of a sign', async () => {
  await using site = await startDestila();
  const id = await addReadyJob(site, { title: `x${'👩'.repeat(3_000)}` });
  expect((await site.api(`/jobs/${id}/save`, { method: 'POST' })).status).toBe(200);
  const { Nombre: title } = notion.valuesOf(notion.pages[0]);
  expect(title).toBe(`x${'👩'.repeat(249)}`);
});

test('two tabs that save at once make one page', async () => {
  await using site = await startDestila();
  const id = await addReadyJob(site);
  const answers = await Promise.all([1, 2, 3].map(() => site.api(`/jobs/${id}/save`, { method: 'POST' })));
  for (const answer of answers) {
    if (answer.status !== 200) expect(problemSchema.parse(await answer.json()).code).toBe('save_in_progress');
  }
  expect(answers.some(({ ok }) => ok)).toBeTrue();
  expect(notion.pages).toHaveLength(1);
});

test('a page that somebody changed in Notion is only replaced or added to when the person says so', async () => {
  await using site = await startDestila();
  const id = await addReadyJob(site);
  await site.api(`/jobs/${id}/save`, { method: 'POST' });
  notion.writeAsPerson(notion.pages[0], 'Mío');

  const refused = await site.api(`/jobs/${id}/save`, { method: 'POST' });
  expect(refused.status).toBe(409);
  expect(problemSchema.parse(await refused.json()).code).toBe('page_changed');
  const lines = () => outline(notion.pages[0]?.children ?? []);
  expect(lines().at(-1)).toBe('paragraph: Mío');

  expect((await site.api(`/jobs/${id}/save`, { json: { on_conflict: 'append' } })).status).toBe(200);
  expect(lines()).toContain('paragraph: Mío');
  notion.writeAsPerson(notion.pages[0], 'Mío otra vez');
  expect((await site.api(`/jobs/${id}/save`, { json: { on_conflict: 'overwrite' } })).status).toBe(200);
  expect(lines()).not.toContain('paragraph: Mío');
  expect(notion.pages).toHaveLength(1);
});

test('a save that Notion was away for is finished as soon as it is back, without another click', async () => {
  await using site = await startDestila();
  const id = await addReadyJob(site);
  notion.faults = () => ({ kind: 'refused', status: 429, code: 'rate_limited', retryAfter: 0 });
  const refused = await site.api(`/jobs/${id}/save`, { method: 'POST' });
  expect(refused.status).toBe(503);
  expect(problemSchema.parse(await refused.json()).code).toBe('notion_busy');
  expect(await site.read(jobDetailSchema, `/jobs/${id}`)).toMatchObject({ status: 'ready', saved_at: null });

  notion.faults = () => null;
  await site.destila.services.database.query('update publications set run_at = clock_timestamp()');
  expect(await untilStatus(site, id, 'saved')).toMatchObject({ notion_page_id: notion.pages[0]?.id });
  expect(notion.pages).toHaveLength(1);
});

test('a page that Notion makes of a request given up long ago is thrown away, although the save had ended', async () => {
  await using site = await startDestila();
  const id = await addReadyJob(site);
  notion.failNext('POST /v1/pages', { kind: 'late', milliseconds: 2_500 });
  expect((await site.api(`/jobs/${id}/save`, { method: 'POST' })).status).toBe(200);
  const [saved] = notion.pages;
  expect(notion.pages).toHaveLength(1);
  await until(async () => notion.pages.length === 2);

  const { database } = site.destila.services;
  expect(await database.query('select look_again_at > clock_timestamp() as later from publications')).toEqual([
    { later: true },
  ]);
  await database.query('update publications set look_again_at = clock_timestamp()');
  await until(async () => notion.pages.length === 1);
  expect(notion.pages).toEqual(saved ? [saved] : []);
});
