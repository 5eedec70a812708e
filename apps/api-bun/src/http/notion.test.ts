import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  categoriesSchema,
  categorySchema,
  type NotionMapping,
  notionCategoriesSchema,
  notionConnectionSchema,
  notionDatabaseDetailSchema,
  notionDatabasesSchema,
  problemSchema,
  processingJobSchema,
  settingsSchema,
} from '@destila/contracts';
import { SignJWT } from 'jose';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';
import { NotionServer } from '../../../../tests/notion-server/notion-server.ts';
import { addReadyJob } from '../../../../tests/ready-job.ts';

const NOTHING: NotionMapping = {
  url: null,
  category: null,
  tags: null,
  channel: null,
  duration: null,
  published: null,
  saved: null,
  cover: true,
};

type Headers = Record<string, string>;

/** What the settings page asks. */
function notionOf(site: TestDestila, who: Headers = {}) {
  const headers = { 'content-type': 'application/json', ...who };
  const send = (method: string, path: string, body?: object) =>
    site.api(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return {
    read: () => site.read(notionConnectionSchema, '/notion', { headers }),
    connect: (token: string) => send('PUT', '/notion/token', { token }),
    disconnect: () => send('DELETE', '/notion/token'),
    databases: async () => (await site.read(notionDatabasesSchema, '/notion/databases', { headers })).databases,
    describe: (id: string) => site.read(notionDatabaseDetailSchema, `/notion/databases/${id}`, { headers }),
    use: (database_id: string, mapping: NotionMapping, add: object = {}) =>
      send('PUT', '/notion/database', { database_id, mapping, add }),
    takeCategories: () => send('POST', '/notion/categories'),
    save: (id: string) => send('POST', `/jobs/${id}/save`),
    destination: async () => (await site.read(settingsSchema, '/settings', { headers })).destination,
    send,
  };
}

const SUPABASE_JWT_SECRET = 'a secret that signs tokens of thirty-two';

/** A new person, with the header of their requests. */
async function signIn(site: TestDestila): Promise<{ id: string; who: Headers }> {
  const [row] = await site.destila.services.database.query<{ id: string }>(
    'insert into auth.users (id) values (gen_random_uuid()) returning id',
  );
  const id = row?.id ?? '';
  const jwt = await new SignJWT({ role: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setAudience('authenticated')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SUPABASE_JWT_SECRET));
  return { id, who: { authorization: `Bearer ${jwt}` } };
}

async function codeOf(response: Response | Promise<Response>): Promise<string> {
  return problemSchema.parse(await (await response).json()).code;
}

let notion: NotionServer;
beforeAll(async () => {
  notion = await NotionServer.start();
});
afterEach(() => {
  notion.faults = () => null;
  for (const page of notion.pages) page.inTrash = true;
});
afterAll(() => notion.stop());

describe('Notion in the settings', () => {
  let site: TestDestila;
  let settings: ReturnType<typeof notionOf>;
  beforeAll(async () => {
    site = await startTestDestila('pglite', { NOTION_BASE_URL: notion.url, LOG_LEVEL: 'debug' });
    settings = notionOf(site);
  });
  afterEach(() => settings.disconnect());
  afterAll(() => site[Symbol.asyncDispose]());

  test('a person pastes a token, picks a database and its properties, and notes go there from then on', async () => {
    expect(await settings.read()).toEqual({
      token: null,
      has_installation: false,
      token_since: null,
      keeps_tokens: true,
      database: null,
    });
    expect(await codeOf(settings.connect('ntn_wrong'))).toBe('notion_unauthorized');
    expect((await settings.read()).token).toBeNull();
    expect((await settings.connect(notion.token)).status).toBe(200);
    expect(await settings.read()).toMatchObject({ token: 'own', database: null });
    expect(await settings.destination()).toBe('markdown');

    expect(await settings.databases()).toMatchObject([{ id: notion.dataSourceId, title: 'Notas' }]);
    const { mapping, properties } = await settings.describe(notion.dataSourceId);
    const idOf = (name: string) => properties.find((property) => property.name === name)?.id ?? null;
    expect(mapping).toEqual({
      ...NOTHING,
      url: idOf('Enlace'),
      category: idOf('Categoría'),
      tags: idOf('Etiquetas'),
    });
    expect((await settings.use(notion.dataSourceId, mapping, { duration: 'Duración' })).status).toBe(200);
    expect(await settings.read()).toMatchObject({ database: { id: notion.dataSourceId, title: 'Notas' } });
    expect((await settings.describe(notion.dataSourceId)).mapping.duration).toEqual(expect.any(String));
    expect(await settings.destination()).toBe('notion');

    const id = await addReadyJob(site);
    expect((await settings.save(id)).status).toBe(200);
    expect((await settings.save(id)).status).toBe(200);
    expect(notion.pages).toHaveLength(1);
    expect(notion.valuesOf(notion.pages[0])).toHaveProperty('Duración');

    expect((await settings.disconnect()).status).toBe(204);
    expect(await settings.read()).toMatchObject({ token: null, database: null });
    expect(await settings.destination()).toBe('markdown');
    expect(await site.read(processingJobSchema, `/jobs/${id}/save`, { method: 'POST' })).toMatchObject({
      saved_to: 'markdown',
    });
    expect(notion.pages).toHaveLength(1);
  });

  test('what the database holds as categories becomes the person’s', async () => {
    await settings.connect(notion.token);
    expect(await codeOf(settings.takeCategories())).toBe('notion_not_connected');
    const { mapping } = await settings.describe(notion.dataSourceId);
    await settings.use(notion.dataSourceId, mapping);
    const ready = await addReadyJob(site);
    const { id: category } = await site.read(categorySchema.pick({ id: true }), '/categories', {
      json: { name: 'Astronomía', color: 'blue' },
    });
    await settings.send('PATCH', `/jobs/${ready}`, { category_id: category });
    await settings.save(ready);
    await settings.send('DELETE', `/categories/${category}`);

    expect(notionCategoriesSchema.parse(await (await settings.takeCategories()).json())).toEqual({ added: 1 });
    expect(notionCategoriesSchema.parse(await (await settings.takeCategories()).json())).toEqual({ added: 0 });
    expect(await site.read(categoriesSchema, '/categories')).toMatchObject([{ name: 'Astronomía', color: 'blue' }]);
  });

  test('without a token, or for a database that is not shared, it says so and changes nothing', async () => {
    expect(await codeOf(site.api('/notion/databases'))).toBe('notion_not_connected');
    expect(await codeOf(settings.use(notion.dataSourceId, NOTHING))).toBe('notion_not_connected');
    expect(await codeOf(settings.send('PUT', '/notion/token', { token: 'con espacios y ñ' }))).toBe('invalid_request');
    await settings.connect(notion.token);
    expect(await codeOf(settings.use(crypto.randomUUID(), NOTHING))).toBe('notion_not_shared');
    expect(await codeOf(settings.use('../users/me', NOTHING))).toBe('notion_not_shared');
    expect(await codeOf(settings.use(notion.dataSourceId, { ...NOTHING, url: 'none' }))).toBe(
      'notion_property_missing',
    );
    const { mapping } = await settings.describe(notion.dataSourceId);
    expect(await codeOf(settings.use(notion.dataSourceId, { ...NOTHING, saved: mapping.url }))).toBe(
      'notion_property_type',
    );
    expect((await settings.read()).database).toBeNull();
  });

  test('a token that sees another workspace asks for its database anew', async () => {
    await settings.connect(notion.token);
    await settings.use(notion.dataSourceId, NOTHING);
    await settings.connect(notion.token);
    expect(await settings.read()).toMatchObject({ database: { id: notion.dataSourceId } });
    notion.failNext('GET /v1/data_sources/:id', { kind: 'refused', status: 404, code: 'object_not_found' });
    await settings.connect(notion.token);
    expect(await settings.read()).toMatchObject({ token: 'own', database: null });
  });

  test('a save that was cut off ends where it began, although another database was chosen meanwhile', async () => {
    await settings.connect(notion.token);
    await settings.use(notion.dataSourceId, NOTHING);
    const id = await addReadyJob(site);
    notion.faults = (request) =>
      request === 'POST /v1/pages' ? { kind: 'refused', status: 429, code: 'rate_limited', retryAfter: 0 } : null;
    expect((await settings.save(id)).status).toBe(503);

    const other = notion.addDataSource('Otra', { Name: 'title' });
    expect((await settings.use(other.id, NOTHING)).status).toBe(200);
    notion.faults = () => null;
    expect((await settings.save(id)).status).toBe(200);
    expect(notion.pages).toHaveLength(1);
    expect(notion.pages[0]?.dataSourceId).toBe(notion.dataSourceId);
    // It keeps its page; the next note goes to the other database.
    expect((await settings.save(id)).status).toBe(200);
    expect(notion.pages).toHaveLength(1);
    expect((await settings.save(await addReadyJob(site))).status).toBe(200);
    expect(notion.pages.map(({ dataSourceId }) => dataSourceId)).toEqual([notion.dataSourceId, other.id]);
  });

  test('a token is encrypted, never told and never logged', async () => {
    await settings.connect(notion.token);
    await settings.use(notion.dataSourceId, NOTHING);
    await settings.connect('ntn_wrong_token');
    await settings.save(await addReadyJob(site));
    const said = await Promise.all(
      ['/notion', '/settings', '/notion/databases'].map(async (path) => (await site.api(path)).text()),
    );
    const rows = await site.destila.services.database.query<{ name: string; ciphertext: Uint8Array }>(
      'select name, ciphertext from user_secrets',
    );
    expect(rows).toMatchObject([{ name: 'notion' }]);
    const stored = rows.map(({ ciphertext }) => Buffer.from(ciphertext).toString('latin1'));
    const log = await readFile(join(site.dataDir, 'destila.log'), 'utf8');
    for (const text of [...said, ...stored, log]) {
      expect(text).not.toContain(notion.token);
      expect(text).not.toContain('ntn_wrong_token');
    }
  });
});

test('where nothing can be encrypted, no token is taken', async () => {
  await using site = await startTestDestila('postgres', { NOTION_BASE_URL: notion.url }, { work: false });
  const settings = notionOf(site);
  const asked = notion.requests.length;
  expect(await settings.read()).toMatchObject({ keeps_tokens: false });
  expect(await codeOf(settings.connect(notion.token))).toBe('secret_key_missing');
  expect(notion.requests.length).toBe(asked);
});

test('a connection is its person’s alone: nobody else sees it, uses it or ends it', async () => {
  await using site = await startTestDestila(
    'pglite',
    { NOTION_BASE_URL: notion.url, SUPABASE_JWT_SECRET },
    { work: false },
  );
  const [ana, bea] = [await signIn(site), await signIn(site)];
  const [hers, others] = [notionOf(site, ana.who), notionOf(site, bea.who)];
  await hers.connect(notion.token);
  await hers.use(notion.dataSourceId, NOTHING);

  expect(await others.read()).toMatchObject({ token: null, database: null });
  expect(await codeOf(others.send('GET', `/notion/databases/${notion.dataSourceId}`))).toBe('notion_not_connected');
  expect(await codeOf(others.use(notion.dataSourceId, NOTHING))).toBe('notion_not_connected');
  expect(await codeOf(others.takeCategories())).toBe('notion_not_connected');
  const id = await addReadyJob(site, { userId: ana.id });
  expect(await codeOf(others.save(id))).toBe('not_found');
  await others.save(await addReadyJob(site, { userId: bea.id }));
  expect(notion.pages).toEqual([]);

  await others.disconnect();
  expect((await hers.save(id)).status).toBe(200);
  expect(notion.pages).toHaveLength(1);
});

describe('a connection of the environment', () => {
  const environment = () => ({
    NOTION_BASE_URL: notion.url,
    NOTION_TOKEN: notion.token,
    NOTION_DATA_SOURCE_ID: notion.dataSourceId,
  });

  test('serves whoever runs the installation, who may choose another database with it', async () => {
    await using site = await startTestDestila('pglite', environment(), { work: false });
    const settings = notionOf(site);
    expect(await settings.read()).toMatchObject({
      token: 'installation',
      has_installation: true,
      database: { id: notion.dataSourceId },
    });
    expect(await settings.destination()).toBe('notion');
    expect((await settings.takeCategories()).status).toBe(200);
    const other = notion.addDataSource('Otra', { Name: 'title' });
    await settings.use(other.id, NOTHING);
    expect(await settings.read()).toMatchObject({ token: 'installation', database: { id: other.id, title: 'Otra' } });
    await settings.disconnect();
    expect(await settings.read()).toMatchObject({ token: 'installation', database: { id: notion.dataSourceId } });
  });

  test('is nobody’s where several people sign in', async () => {
    await using site = await startTestDestila('pglite', { ...environment(), SUPABASE_JWT_SECRET }, { work: false });
    const asked = notion.requests.length;
    const settings = notionOf(site, (await signIn(site)).who);
    expect(await settings.read()).toMatchObject({ token: null, database: null });
    expect(await settings.destination()).toBe('markdown');
    expect(notion.requests.length).toBe(asked);
  });
});
