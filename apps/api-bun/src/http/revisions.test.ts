import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import {
  jobDetailSchema,
  operationSchema,
  operationsSchema,
  problemSchema,
  processingJobSchema,
  restoreAnswerSchema,
  revisionSchema,
  revisionsSchema,
} from '@destila/contracts';
import { addUser, DATABASES } from '../../../../tests/databases.ts';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';
import { addReadyJob } from '../../../../tests/ready-job.ts';
import { until } from '../../../../tests/until.ts';

const NOBODY = '0196f3c2-0000-7000-8000-00000000000f';

describe.each(DATABASES)('versions of a summary on %s', (kind) => {
  let site: TestDestila;
  let job: string;
  beforeAll(async () => {
    site = await startTestDestila(kind);
  });
  afterAll(() => site[Symbol.asyncDispose]());
  beforeEach(async () => {
    await site.destila.services.database.query('delete from processing_jobs');
    job = await addReadyJob(site);
  });

  const detail = () => site.read(jobDetailSchema, `/jobs/${job}`);
  const revisions = async () => (await site.read(revisionsSchema, `/jobs/${job}/revisions`)).revisions;
  const kinds = async () => (await revisions()).map((revision) => revision.kind);
  const edit = (body: object) =>
    site.api(`/jobs/${job}`, {
      method: 'PATCH',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const regenerate = (json: object = {}) => site.api(`/jobs/${job}/regenerate`, { json });
  const restore = (revision: string, version?: number) =>
    site.api(`/jobs/${job}/revisions/${revision}/restore`, {
      method: 'POST',
      ...(version && { headers: { 'if-match': `"${version}"` } }),
    });
  const code = async (response: Response) => problemSchema.parse(await response.json()).code;
  const ended = () =>
    until(async () => {
      const { operations } = await site.read(operationsSchema, `/jobs/${job}/operations`);
      return operations.find(({ status }) => status !== 'waiting');
    });

  test('a summary written anew is a version of its own; the note stays as the person left it', async () => {
    await edit({ summary_markdown: 'Mis palabras.\n' });
    const response = await regenerate({ prompt: 'mareas', output_language: 'en' });
    expect(response.status).toBe(202);
    expect(operationSchema.parse(await response.json())).toMatchObject({ kind: 'regenerate' });
    expect(await ended()).toMatchObject({ status: 'done', error_code: null });

    expect(await detail()).toMatchObject({ summary_markdown: 'Mis palabras.\n', version: 2 });
    const [newest] = await revisions();
    expect(newest).toMatchObject({ kind: 'regenerated', summarized_by: 'extractive', is_current: false });
    const full = await site.read(revisionSchema, `/jobs/${job}/revisions/${newest?.id}`);
    expect(full.summary_markdown).toContain('marea');
    expect(full.summary_markdown).toContain('## Key points');
  });

  test('a version takes the place of the note, and what stood there can be brought back', async () => {
    const [first] = await revisions();
    await edit({ summary_markdown: 'Mis palabras.\n', ai_tags: ['mío'], video_title: 'Mi título' });
    const answer = await restore(first?.id ?? '', 2);
    expect(answer.status).toBe(200);
    const { job: restored, replaced } = restoreAnswerSchema.parse(await answer.json());
    expect(restored).toMatchObject({
      summary_markdown: 'Un resumen.\n',
      ai_tags: ['mar'],
      video_title: 'La Luna y las mareas',
      version: 3,
    });
    expect(await revisions()).toMatchObject([
      { id: replaced, kind: 'replaced', is_current: false },
      { kind: 'generated', is_current: true },
    ]);

    const undone = restoreAnswerSchema.parse(await (await restore(replaced)).json());
    expect(undone.job).toMatchObject({
      summary_markdown: 'Mis palabras.\n',
      ai_tags: ['mío'],
      video_title: 'Mi título',
    });
    // What stood there before is a version already.
    expect(await kinds()).toEqual(['replaced', 'generated']);
  });

  test('the chapters are those of the version that is in use', async () => {
    const chapters = async () => (await detail()).chapters.map(({ title }) => title);
    await edit({ summary_markdown: '### [0:15](https://example.com/#t=15) Mareas vivas\n' });
    expect(await chapters()).toEqual(['Mareas vivas']);
    await restore((await revisions())[0]?.id ?? '');
    expect(await chapters()).toEqual([]);
  });

  test('a version is not brought back over a change the person has not seen', async () => {
    const [first] = await revisions();
    await edit({ summary_markdown: 'Más nuevo.\n' });
    const response = await restore(first?.id ?? '', 1);
    expect(response.status).toBe(412);
    expect(await code(response)).toBe('version_conflict');
    expect(await detail()).toMatchObject({ summary_markdown: 'Más nuevo.\n', version: 2 });
    expect(await kinds()).toEqual(['generated']);
  });

  test('saving keeps a version only of what no version says yet', async () => {
    const save = () => site.read(processingJobSchema, `/jobs/${job}/save`, { method: 'POST' });
    await save();
    expect(await kinds()).toEqual(['generated']);
    await edit({ summary_markdown: 'Mis palabras.\n' });
    await save();
    await save();
    expect(await kinds()).toEqual(['saved', 'generated']);
    await edit({ ai_tags: ['otra'] });
    await save();
    expect(await kinds()).toEqual(['saved', 'saved', 'generated']);
  });

  test('one at a time, and it can be stopped', async () => {
    // One that waits for tomorrow, so that nobody takes it up meanwhile.
    const [started] = await site.destila.services.database.query<{ id: string }>(
      `insert into operations (job_id, user_id, kind, run_at)
       select id, user_id, 'regenerate', now() + interval '1 day' from processing_jobs where id = $1 returning id`,
      [job],
    );
    const second = await regenerate();
    expect([second.status, await code(second)]).toEqual([409, 'already_regenerating']);
    const stop = () => site.api(`/jobs/${job}/operations/${started?.id}`, { method: 'DELETE' });
    expect(operationSchema.parse(await (await stop()).json())).toMatchObject({ status: 'cancelled' });
    const again = await stop();
    expect([again.status, await code(again)]).toEqual([409, 'invalid_state']);
    expect((await regenerate()).status).toBe(202);
    await ended();
  });

  test.each([
    ['a template that does not exist', { template: 'poema' }, 'unknown_template'],
    ['a prompt of 9,000 characters', { prompt: 'a'.repeat(9_000) }, 'prompt_too_long'],
    ['a prompt of a megabyte', { prompt: 'a'.repeat(2 ** 20) }, 'prompt_too_long'],
    ['a model of no provider', { model: 'nadie' }, 'invalid_request'],
    ['a language that is not offered', { output_language: 'xx' }, 'invalid_request'],
  ])('%s is refused before anything begins', async (_, body, expected) => {
    const response = await regenerate(body);
    expect([response.status, await code(response)]).toEqual([400, expected]);
    expect((await site.read(operationsSchema, `/jobs/${job}/operations`)).operations).toEqual([]);
  });

  test('of a job that is not ready there is nothing to write anew, nor to estimate', async () => {
    const { id } = await site.read(processingJobSchema, '/jobs', { json: { url: 'https://example.com/new' } });
    for (const response of [
      await site.api(`/jobs/${id}/regenerate`, { json: {} }),
      await site.api(`/jobs/${id}/estimate`),
    ]) {
      expect([response.status, await code(response)]).toEqual([409, 'not_ready']);
    }
  });

  test('what belongs to somebody else does not exist', async () => {
    const { database } = site.destila.services;
    job = await addReadyJob(site, { userId: await addUser(database) });
    const [theirs] = await database.query<{ id: string }>('select id from job_revisions where job_id = $1', [job]);
    const paths: [string, string][] = [
      ['GET', `/jobs/${job}/revisions`],
      ['GET', `/jobs/${job}/revisions/${theirs?.id}`],
      ['POST', `/jobs/${job}/revisions/${theirs?.id}/restore`],
      ['GET', `/jobs/${job}/estimate`],
      ['GET', `/jobs/${job}/operations`],
      ['DELETE', `/jobs/${job}/operations/${NOBODY}`],
    ];
    for (const [method, path] of paths) {
      const response = await site.api(path, { method });
      expect(`${method} ${path}: ${response.status}`).toBe(`${method} ${path}: 404`);
    }
    expect((await regenerate()).status).toBe(404);
  });
});
