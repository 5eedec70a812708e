import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import {
  categoriesSchema,
  categorySchema,
  type EditJobRequest,
  jobDetailSchema,
  problemSchema,
  processingJobSchema,
  settingsSchema,
} from '@destila/contracts';
import { addUser, DATABASES } from '../../../../tests/databases.ts';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';
import { addReadyJob, addTranscribedJob } from '../../../../tests/ready-job.ts';
import { until } from '../../../../tests/until.ts';
import { ownJob } from '../application/own-job.ts';
import { resumeSaves } from '../application/resume-saves.ts';
import { beginPublication, releasePublication } from '../database/publications.ts';
import { LOCAL_USER } from '../database/users.ts';

describe.each(DATABASES)('categories on %s', (kind) => {
  let site: TestDestila;
  beforeAll(async () => {
    site = await startTestDestila(kind, {}, { work: false });
  });
  afterAll(() => site[Symbol.asyncDispose]());
  beforeEach(async () => {
    for (const table of ['processing_jobs', 'categories', 'user_settings']) {
      await site.destila.services.database.query(`delete from ${table}`);
    }
  });

  const send = (method: string, path: string, body?: object) =>
    site.api(path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  const edit = (id: string, change: EditJobRequest) => send('PATCH', `/jobs/${id}`, change);
  const addCategory = async (name: string) => (await site.read(categorySchema, '/categories', { json: { name } })).id;
  const suggested = async (id: string) =>
    (await site.read(jobDetailSchema, `/jobs/${id}`)).suggested_category_id ?? null;
  async function addNote(channel: string, change: EditJobRequest = {}): Promise<string> {
    const id = await addReadyJob(site, { channel });
    expect((await edit(id, { ai_tags: ['pan'], ...change })).status).toBe(200);
    return id;
  }

  test('a note without one is suggested that of earlier notes with its channel or tags', async () => {
    const [cooking, science] = [await addCategory('Cocina'), await addCategory('Astros')];
    await addNote('El horno', { category_id: cooking });
    await addNote('El cielo', { category_id: science, ai_tags: ['luna', 'mar'] });
    expect(await suggested(await addNote('El horno', { ai_tags: ['trigo'] }))).toBe(cooking);
    expect(await suggested(await addNote('Otro', { ai_tags: ['Mares', 'lunas'] }))).toBe(science);
    expect(await suggested(await addNote('Otro', { ai_tags: ['astro'] }))).toBe(science);
    expect(await suggested(await addNote('Otro', { ai_tags: ['trigo'] }))).toBeNull();
  });

  test('nothing is suggested for a note that has one, or that is not written yet', async () => {
    const cooking = await addCategory('Cocina');
    for (let n = 0; n < 3; n++) await addNote('El horno', { category_id: cooking });
    const other = await addCategory('Otra');
    expect(await suggested(await addNote('El horno', { category_id: other }))).toBeNull();
    expect(await suggested(await addTranscribedJob(site, { channel: 'El horno' }))).toBeNull();
  });

  test('neither deleted notes nor somebody else’s are learnt from', async () => {
    const { database } = site.destila.services;
    const cooking = await addCategory('Cocina');
    const deleted = await addNote('El horno', { category_id: cooking });
    await send('DELETE', `/jobs/${deleted}`);
    const userId = await addUser(database);
    const [theirs] = await database.query<{ id: string }>(
      "insert into categories (user_id, name) values ($1, 'Suya') returning id",
      [userId],
    );
    const theirNote = await addReadyJob(site, { userId, channel: 'El horno' });
    await database.query('update processing_jobs set category_id = $2 where id = $1', [theirNote, theirs?.id]);
    const note = await addNote('El horno', { ai_tags: ['suya'] });
    expect(await suggested(note)).toBeNull();

    await send('POST', `/jobs/${deleted}/restore`);
    expect(await suggested(note)).toBe(cooking);
  });

  test('who wants every note to have one cannot save without; the note is saved once it has', async () => {
    const id = await addNote('El horno');
    const settings = settingsSchema.parse(await (await send('PATCH', '/settings', { category_required: true })).json());
    expect(settings.category_required).toBe(true);
    const refused = await send('POST', `/jobs/${id}/save`);
    expect([refused.status, problemSchema.parse(await refused.json()).code]).toEqual([422, 'category_required']);
    expect(await site.destila.services.database.query('select from publications')).toEqual([]);

    await edit(id, { category_id: await addCategory('Cocina') });
    const saved = processingJobSchema.parse(await (await send('POST', `/jobs/${id}/save`)).json());
    expect(saved.status).toBe('saved');
  });

  test('a save that was cut off is finished without asking for one', async () => {
    const { services } = site.destila;
    const id = await addNote('El horno');
    const job = await ownJob(services, LOCAL_USER, id);
    const claim = await beginPublication(services.database, job, await services.destinations.aimOf(LOCAL_USER), null);
    if (!claim) throw new Error('somebody else is at it');
    await releasePublication(services.database, claim);
    await send('PATCH', '/settings', { category_required: true });
    await using _ = resumeSaves(services);
    await until(async () => (await site.read(jobDetailSchema, `/jobs/${id}`)).status === 'saved');
  });

  test('how many notes have one is told; deleted notes are not counted', async () => {
    const [cooking] = [await addCategory('Cocina'), await addCategory('Vacía')];
    await addNote('El horno', { category_id: cooking });
    await send('DELETE', `/jobs/${await addNote('El horno', { category_id: cooking })}`);
    const listed = await site.read(categoriesSchema, '/categories');
    expect(listed.map(({ name, notes }) => [name, notes])).toEqual([
      ['Cocina', 1],
      ['Vacía', 0],
    ]);
  });
});
