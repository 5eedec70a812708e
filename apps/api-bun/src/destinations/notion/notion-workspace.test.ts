import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { ErrorCode, NotionMapping, NotionUseRequest } from '@destila/contracts';
import type { PropertySpec } from '../../../../../tests/notion-server/data-source.ts';
import { NotionServer } from '../../../../../tests/notion-server/notion-server.ts';
import { checkToken, describeDatabase, listCategories, listDatabases, prepareDatabase } from './notion-workspace.ts';

let notion: NotionServer;
beforeEach(async () => {
  notion = await NotionServer.start();
});
afterEach(() => notion.stop());

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

const signal = new AbortController().signal;

function connection(token = notion.token) {
  return { token, baseUrl: notion.url };
}

function describeIt(id = notion.dataSourceId) {
  return describeDatabase(connection(), id, signal);
}

function prepare(request: Partial<NotionUseRequest>) {
  const database_id = notion.dataSourceId;
  return prepareDatabase(connection(), { database_id, mapping: NOTHING, add: {}, ...request }, signal);
}

function categories(property: string) {
  const { id } = notion.dataSource.findProperty(property);
  return listCategories(connection(), notion.dataSourceId, id, signal);
}

function codeOf(asking: Promise<unknown>): Promise<ErrorCode | undefined> {
  return asking.then(
    () => undefined,
    (error) => error.code,
  );
}

/** What is proposed for a database with these properties, by their names. */
async function proposed(properties: Record<string, PropertySpec>) {
  notion.setProperties(properties);
  const { mapping, properties: known } = await describeIt();
  const named = Object.entries(mapping).map(([field, id]) => [field, known.find((one) => one.id === id)?.name ?? null]);
  return Object.fromEntries(named.filter(([, name]) => name !== null));
}

describe('a token', () => {
  test('is taken or refused by Notion, also when its person revoked it', async () => {
    await checkToken(connection(), signal);
    expect(await codeOf(checkToken(connection('ntn_wrong'), signal))).toBe('notion_unauthorized');
    notion.isRevoked = true;
    expect(await codeOf(checkToken(connection(), signal))).toBe('notion_unauthorized');
    expect(await codeOf(listDatabases(connection(), signal))).toBe('notion_unauthorized');
  });

  test('is not judged while Notion does not answer', async () => {
    notion.stop();
    expect(await codeOf(checkToken(connection(), signal))).toBe('notion_unavailable');
  });

  test('is not asked about any longer than its caller waits', async () => {
    notion.faults = () => ({ kind: 'slow', milliseconds: 60_000 });
    const calledOff = new AbortController();
    const asking = checkToken(connection(), calledOff.signal);
    calledOff.abort(new Error('called off'));
    await expect(asking).rejects.toThrow(/^called off$/);
  });
});

describe('the databases', () => {
  test('are those that are shared and not in the trash, last edited first', async () => {
    notion.dataSource.editedAt = '2026-01-01T00:00:00.000Z';
    notion.addDataSource('Vídeos', { Name: 'title' });
    notion.addDataSource('Ajena', { Name: 'title' }).shared = false;
    notion.addDataSource('Tirada', { Name: 'title' }).inTrash = true;
    const databases = await listDatabases(connection(), signal);
    expect(databases.map(({ title }) => title)).toEqual(['Vídeos', 'Notas']);
    expect(databases[1]).toMatchObject({
      id: notion.dataSourceId,
      url: expect.stringContaining('https://www.notion.so/'),
    });
  });

  test('are listed beyond the hundred that Notion tells at once, up to five hundred', async () => {
    for (let n = 1; n < 230; n += 1) notion.addDataSource(`Base ${n}`, { Name: 'title' });
    const databases = await listDatabases(connection(), signal);
    expect(new Set(databases.map(({ id }) => id)).size).toBe(230);
    for (let n = 230; n < 530; n += 1) notion.addDataSource(`Base ${n}`, { Name: 'title' });
    expect(await listDatabases(connection(), signal)).toHaveLength(500);
  });
});

describe('a database', () => {
  test('is described by its properties, without the one that holds the import key', async () => {
    notion.setProperties({ Nombre: 'title', Enlace: 'url', 'Destila ID': 'rich_text' });
    expect(await describeIt()).toMatchObject({
      id: notion.dataSourceId,
      title: 'Notas',
      properties: [
        { id: 'title', name: 'Nombre', type: 'title' },
        { id: notion.dataSource.findProperty('Enlace').id, name: 'Enlace', type: 'url' },
      ],
    });
  });

  test('that is not shared, in the trash, or none at all is told apart from Notion being away', async () => {
    notion.dataSource.shared = false;
    expect(await codeOf(describeIt())).toBe('notion_not_shared');
    expect(await codeOf(describeIt('../users'))).toBe('notion_not_shared');
    notion.dataSource.shared = true;
    notion.dataSource.inTrash = true;
    expect(await codeOf(describeIt())).toBe('notion_in_trash');
    notion.stop();
    expect(await codeOf(describeIt())).toBe('notion_unavailable');
  });
});

describe('what is proposed', () => {
  test('fits by type and by name, in either language, whatever the case, accents and units', async () => {
    expect(
      await proposed({
        Título: 'title',
        VIDEO: 'url',
        tema: 'select',
        Tags: 'multi_select',
        autor: 'rich_text',
        'Duración (min)': 'number',
        'Fecha de publicacion': 'date',
        Añadido: 'date',
      }),
    ).toEqual({
      url: 'VIDEO',
      category: 'tema',
      tags: 'Tags',
      channel: 'autor',
      duration: 'Duración (min)',
      published: 'Fecha de publicacion',
      saved: 'Añadido',
    });
    expect(await proposed({ Name: 'title', Channel: 'select', Duration: 'rich_text', Link: 'rich_text' })).toEqual({
      channel: 'Channel',
      duration: 'Duration',
      url: 'Link',
    });
  });

  test('is a relation for the category too', async () => {
    const topics = notion.addDataSource('Temas', { Name: 'title' });
    expect(await proposed({ Name: 'title', Category: { type: 'relation', relatedTo: topics.id } })).toEqual({
      category: 'Category',
    });
  });

  test('is any address for the address, and nothing of another name or type for the others', async () => {
    expect(await proposed({ Name: 'title', Web: 'url' })).toEqual({ url: 'Web' });
    expect(await proposed({ Name: 'title', Web: 'url', Enlace: 'url' })).toEqual({ url: 'Enlace' });
    expect(await proposed({ Name: 'title', Estado: 'select', Tags: 'select', Canal: 'number', Fecha: 'date' })).toEqual(
      {},
    );
  });
});

describe('a database that is chosen', () => {
  test('gets the properties asked for, of the type that suits them, and the one for the import key, in one request', async () => {
    notion.setProperties({ Name: 'title' });
    notion.requests.length = 0;
    const add = {
      url: 'Enlace',
      category: 'Categoría',
      tags: 'Etiquetas',
      channel: 'Canal',
      duration: 'Duración',
      published: 'Publicado',
      saved: 'Guardado',
    };
    const { database, mapping } = await prepare({ add });
    expect(database).toMatchObject({ id: notion.dataSourceId, title: 'Notas' });
    expect(notion.dataSource.properties.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'Name: title',
      'Enlace: url',
      'Categoría: select',
      'Etiquetas: multi_select',
      'Canal: rich_text',
      'Duración: number',
      'Publicado: date',
      'Guardado: date',
      'Destila ID: rich_text',
    ]);
    const ids = Object.entries(add).map(([field, name]) => [field, notion.dataSource.findProperty(name).id]);
    expect(mapping).toEqual({ ...NOTHING, ...Object.fromEntries(ids) });
    expect(notion.requests).toEqual(['GET /v1/data_sources/:id', 'PATCH /v1/data_sources/:id']);
  });

  test('twice gets nothing twice, though the first answer was lost', async () => {
    notion.setProperties({ Name: 'title' });
    const request = { add: { channel: 'Canal' } };
    notion.failNext('PATCH /v1/data_sources/:id', { kind: 'dropped', when: 'after' });
    expect(await codeOf(prepare(request))).toBe('notion_unavailable');
    const { mapping } = await prepare(request);
    expect(mapping.channel).toBe(notion.dataSource.findProperty('Canal').id);
    expect(notion.dataSource.properties.map(({ name }) => name)).toEqual(['Name', 'Canal', 'Destila ID']);
  });

  test('has a property of nearly that name taken, and never given another type', async () => {
    notion.setProperties({ Name: 'title', canal: 'select', Duracion: 'checkbox' });
    const { mapping } = await prepare({ add: { channel: 'Canal' } });
    expect(mapping.channel).toBe(notion.dataSource.findProperty('canal').id);
    expect(await codeOf(prepare({ add: { duration: 'Duración' } }))).toBe('notion_property_type');
    expect(notion.dataSource.findProperty('Duracion').type).toBe('checkbox');
  });

  test('keeps the mapping, of which every property is there, can hold it, and holds it alone', async () => {
    const idOf = (name: string) => notion.dataSource.findProperty(name).id;
    const mapping = { ...NOTHING, url: idOf('Enlace'), cover: false };
    expect((await prepare({ mapping })).mapping).toEqual(mapping);
    const refused = (changed: Partial<NotionMapping>) => codeOf(prepare({ mapping: { ...NOTHING, ...changed } }));
    expect(await refused({ channel: 'gone' })).toBe('notion_property_missing');
    expect(await refused({ channel: idOf('Enlace') })).toBe('notion_property_type');
    expect(await refused({ channel: idOf('Destila ID') })).toBe('notion_property_type');
    notion.dataSource.addProperty('Canal', 'rich_text');
    expect(await refused({ channel: idOf('Canal'), url: idOf('Canal') })).toBe('invalid_request');
  });

  test('is not changed when something of the request is wrong', async () => {
    const mapping = { ...NOTHING, url: 'gone' };
    expect(await codeOf(prepare({ mapping, add: { channel: 'Canal' } }))).toBe('notion_property_missing');
    expect(await codeOf(prepare({ add: { published: 'Fecha', saved: 'fecha' } }))).toBe('invalid_request');
    expect(notion.requests).not.toContain('PATCH /v1/data_sources/:id');
  });

  test('that the integration may only read is told as such', async () => {
    notion.failNext('PATCH /v1/data_sources/:id', { kind: 'refused', status: 403, code: 'restricted_resource' });
    expect(await codeOf(prepare({ add: { channel: 'Canal' } }))).toBe('notion_forbidden');
  });
});

describe('the categories of a database', () => {
  test('are the options of a select, in the nearest colours', async () => {
    const colors = ['green', 'brown', 'default'];
    const options = colors.map((color) => ({ name: `De ${color}`, color }));
    notion.setProperties({ Name: 'title', Tema: { type: 'select', options } });
    expect(await categories('Tema')).toEqual([
      { name: 'De green', color: 'green' },
      { name: 'De brown', color: 'orange' },
      { name: 'De default', color: 'gray' },
    ]);
  });

  test('are the titles of the related pages, two hundred at most', async () => {
    const topics = notion.addDataSource('Temas', { Nombre: 'title' });
    notion.setProperties({ Name: 'title', Tema: { type: 'relation', relatedTo: topics.id } });
    const add = (title: string) =>
      notion.workspace.createPage(topics, { properties: { title: { title: [{ text: { content: title } }] } } });
    add('Cocina');
    add('');
    add('Tirada').inTrash = true;
    expect(await categories('Tema')).toEqual([{ name: 'Cocina', color: 'gray' }]);
    for (let n = 0; n < 230; n += 1) add(`Tema ${n}`);
    expect(await categories('Tema')).toHaveLength(200);
  });

  test('cannot be read of a property that is gone, of another type, or leads to what is not shared', async () => {
    const topics = notion.addDataSource('Temas', { Nombre: 'title' });
    notion.setProperties({ Name: 'title', Tema: { type: 'relation', relatedTo: topics.id }, Canal: 'rich_text' });
    expect(await codeOf(categories('Canal'))).toBe('notion_property_type');
    expect(await codeOf(listCategories(connection(), notion.dataSourceId, 'gone', signal))).toBe(
      'notion_property_missing',
    );
    notion.failNext('POST /v1/data_sources/:id/query', { kind: 'refused', status: 404, code: 'object_not_found' });
    expect(await codeOf(categories('Tema'))).toBe('notion_not_shared');
    topics.shared = false;
    expect(await codeOf(categories('Tema'))).toBe('notion_property_missing');
  });
});
