import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import {
  MOST_TEMPLATES,
  problemSchema,
  processingJobSchema,
  settingsSchema,
  templateSchema,
  templatesSchema,
} from '@destila/contracts';
import { addUser, DATABASES } from '../../../../tests/databases.ts';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';

describe.each(DATABASES)('templates on %s', (kind) => {
  let site: TestDestila;
  beforeAll(async () => {
    site = await startTestDestila(kind, {}, { work: false });
  });
  afterAll(() => site[Symbol.asyncDispose]());
  beforeEach(async () => {
    for (const table of ['summary_templates', 'user_settings', 'processing_jobs']) {
      await site.destila.services.database.query(`delete from ${table}`);
    }
  });

  const list = async () => (await site.read(templatesSchema, '/templates')).templates;
  const own = async () => (await list()).filter((template) => !template.is_built_in);
  const post = (name: string, instructions = 'En verso.') => site.api('/templates', { json: { name, instructions } });
  const add = async (name: string) => templateSchema.parse(await (await post(name)).json());
  const send = (method: string, path: string, body?: object) =>
    site.api(path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  const refusal = async (response: Response) => [response.status, problemSchema.parse(await response.json()).code];
  const enqueue = (options: object) =>
    site.api('/jobs', { json: { url: `https://example.com/${crypto.randomUUID()}`, options } });

  test('the built-in ones come first, in both languages; one’s own follow by name', async () => {
    await add('zeta');
    await add('Alfa');
    const templates = await list();
    expect(templates.map(({ id }) => id).slice(0, 6)).toEqual([
      'study-notes',
      'meeting',
      'tutorial',
      'recipe',
      'interview',
      'news',
    ]);
    expect(templates[0]?.name).toEqual({ es: 'Apuntes de estudio', en: 'Study notes' });
    expect(templates.slice(6).map(({ name }) => name)).toEqual(['Alfa', 'zeta']);
  });

  test('one’s own is changed in part and removed; a name stands once, however it is written', async () => {
    const poem = await add('Poema');
    expect(await refusal(await post('POEMA'))).toEqual([409, 'template_exists']);
    const changed = await send('PATCH', `/templates/${poem.id}`, { instructions: 'En prosa.' });
    expect(await changed.json()).toMatchObject({ name: 'Poema', instructions: 'En prosa.' });
    await add('Carta');
    expect(await refusal(await send('PATCH', `/templates/${poem.id}`, { name: 'carta' }))).toEqual([
      409,
      'template_exists',
    ]);
    expect((await send('DELETE', `/templates/${poem.id}`)).status).toBe(204);
    expect(await refusal(await send('DELETE', `/templates/${poem.id}`))).toEqual([404, 'not_found']);
    expect((await own()).map(({ name }) => name)).toEqual(['Carta']);
  });

  test('a name is text, whatever it looks like, and not without end', async () => {
    const name = '<img src=x onerror=alert(1)>"\'; drop table summary_templates; --';
    await add(name);
    expect((await own()).map((template) => template.name)).toEqual([name]);
    for (const [bad, instructions] of [
      ['a'.repeat(81)],
      [' '],
      ['a\0b'],
      ['Larga', 'a'.repeat(8_001)],
      ['Vacía', ' '],
    ]) {
      expect(await refusal(await post(bad ?? '', instructions))).toEqual([400, 'invalid_request']);
    }
  });

  test('there are so many and no more', async () => {
    for (let n = 0; n < MOST_TEMPLATES; n++) await add(`Plantilla ${n}`);
    expect(await refusal(await post('Una más'))).toEqual([409, 'too_many_templates']);
  });

  test('the default of the settings holds for what is added, unless the video has one of its own or wants none', async () => {
    const { id } = await add('Poema');
    const settings = settingsSchema.parse(await (await send('PATCH', '/settings', { template: id })).json());
    expect(settings.template).toBe(id);
    const optionsOf = async (options: object) =>
      processingJobSchema.parse(await (await enqueue(options)).json()).options;
    expect(await optionsOf({})).toEqual({ template: id });
    expect(await optionsOf({ template: 'recipe' })).toEqual({ template: 'recipe' });
    expect(await optionsOf({ template: 'none' })).toEqual({ template: 'none' });

    await send('DELETE', `/templates/${id}`);
    expect((await site.read(settingsSchema, '/settings')).template).toBeNull();
    expect(await optionsOf({})).toEqual({});
  });

  test('one that does not exist is refused, and so is somebody else’s', async () => {
    const { database } = site.destila.services;
    const [theirs] = await database.query<{ id: string }>(
      "insert into summary_templates (user_id, name, instructions) values ($1, 'Suya', 'x') returning id",
      [await addUser(database)],
    );
    for (const template of ['poema', theirs?.id]) {
      expect(await refusal(await enqueue({ template }))).toEqual([400, 'unknown_template']);
      expect(await refusal(await send('PATCH', '/settings', { template }))).toEqual([400, 'unknown_template']);
    }
    expect(await refusal(await send('PATCH', `/templates/${theirs?.id}`, { name: 'mía' }))).toEqual([404, 'not_found']);
    expect(await own()).toEqual([]);
  });
});
