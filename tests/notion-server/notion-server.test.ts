import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import {
  type BlockObjectRequest,
  Client,
  type CreatePageParameters,
  isFullDataSource,
  iteratePaginatedAPI,
  type SearchParameters,
  type UpdateDataSourceParameters,
} from '@notionhq/client';
import Ajv from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';
import { NotionServer } from './notion-server.ts';
import { blockText } from './outline.ts';

let notion: NotionServer;
let client: Client;

beforeEach(async () => {
  notion = await NotionServer.start();
  client = new Client({ auth: notion.token, baseUrl: notion.url, logger: () => {}, retry: false });
});
afterEach(() => notion.stop());

function paragraph(content: string, children?: BlockObjectRequest[]): BlockObjectRequest {
  const rich_text = [{ text: { content } }];
  // Deeper than the types allow: the server has to refuse it by itself.
  return JSON.parse(JSON.stringify({ paragraph: { rich_text, children } }));
}

function create(page: Partial<CreatePageParameters> = {}) {
  const parent = { data_source_id: notion.dataSourceId };
  return client.pages.create({ parent, properties: { Nombre: { title: [{ text: { content: 'Uno' } }] } }, ...page });
}

function paragraphs(count: number): BlockObjectRequest[] {
  return Array.from({ length: count }, (_, place) => paragraph(String(place)));
}

describe('what is beyond the documented limits is refused', () => {
  const long = 'x'.repeat(2001);
  /** A page of another data source. */
  let elsewhere = '';
  const requests: Record<string, () => Promise<unknown>> = {
    'a text of 2001 characters': () => create({ children: [paragraph(long)] }),
    'an address of 2001 characters': () => create({ properties: { Enlace: { url: `https://x.org/${long}` } } }),
    'a link that is no address': () =>
      create({ children: [{ paragraph: { rich_text: [{ text: { content: 'a', link: { url: '/jobs' } } }] } }] }),
    'a formula of 1001 characters': () => create({ children: [{ equation: { expression: 'x'.repeat(1001) } }] }),
    '101 children': () => create({ children: paragraphs(101) }),
    '101 texts': () =>
      create({ children: [{ paragraph: { rich_text: Array(101).fill({ text: { content: 'a' } }) } }] }),
    '101 options': () =>
      create({
        properties: { Etiquetas: { multi_select: Array.from({ length: 101 }, (_, n) => ({ name: `${n}` })) } },
      }),
    'a comma in an option': () => create({ properties: { Categoría: { select: { name: 'a, b' } } } }),
    '1001 blocks': () => create({ children: Array(91).fill(paragraph('a', paragraphs(10))) }),
    'more than 500 KB': () => create({ children: Array(100).fill(paragraph('日'.repeat(2000))) }),
    'children three levels deep': () =>
      create({ children: [paragraph('a', [paragraph('b', [paragraph('c', [paragraph('d')])])])] }),
    'a table without rows': () => create({ children: [{ table: { table_width: 1, children: [] } }] }),
    'a row of another width': () =>
      create({ children: [{ table: { table_width: 2, children: [{ table_row: { cells: [[]] } }] } }] }),
    'Markdown and children at once': () => create({ children: paragraphs(1), markdown: '# a' }),
    'a property that does not exist': () => create({ properties: { Otra: { url: null } } }),
    'a property by its id as answers have it, percent-encoded': () => {
      const { id } = notion.dataSource.findProperty('Enlace');
      return create({ properties: { [id]: { url: null } } });
    },
    'a property of another type': () => create({ properties: { Nombre: { url: null } } }),
    'an empty address': () => create({ properties: { Enlace: { url: '' } } }),
    'a colour that an option does not have': () =>
      create({ properties: { Categoría: { select: { name: 'Cocina', color: 'red' } } } }),
    'an option by an id that there is not': () => create({ properties: { Categoría: { select: { id: 'x' } } } }),
    'a date that is none': () => create({ properties: { Publicado: { date: { start: '4 de marzo' } } } }),
    'a number in words': () => create(JSON.parse('{"properties":{"Duración":{"number":"12"}}}')),
    'a relation to a page of another data source': () =>
      create({ properties: { Tema: { relation: [{ id: elsewhere }] } } }),
    'a language that Notion does not know': () =>
      create(JSON.parse('{"children":[{"code":{"rich_text":[],"language":"brainfuck"}}]}')),
    'a field that Notion does not know': () => create(JSON.parse('{"children":[{"divider":{"width":3}}]}')),
  };

  test.each(Object.keys(requests))('%s', async (name) => {
    const topics = notion.addDataSource('Temas', { Name: 'title' });
    const other = notion.addDataSource('Otra', { Name: 'title' });
    elsewhere = notion.workspace.createPage(other, {}).id;
    notion.setProperties({
      Nombre: 'title',
      Enlace: 'url',
      Categoría: { type: 'select', options: [{ name: 'Cocina', color: 'green' }] },
      Etiquetas: 'multi_select',
      Publicado: 'date',
      Duración: 'number',
      Tema: { type: 'relation', relatedTo: topics.id },
    });
    await expect(requests[name]?.()).rejects.toMatchObject({ status: 400, code: 'validation_error' });
    expect(notion.workspace.pagesOf(notion.dataSource)).toEqual([]);
  });

  test('but not what is just within them', async () => {
    await create({ children: [paragraph('x'.repeat(2000)), ...Array(9).fill(paragraph('a', paragraphs(100)))] });
    await create({ children: [paragraph('a', [paragraph('b', [paragraph('c')])])] });
    expect(notion.pages).toHaveLength(2);
  });
});

test('a request needs the token and a version, and every refusal has an id', async () => {
  const ask = (headers: Record<string, string>) => fetch(`${notion.url}/v1/users/me`, { headers });
  expect((await ask({ 'notion-version': '2025-09-03' })).status).toBe(401);
  expect(await client.users.me({})).toMatchObject({ type: 'bot', bot: { workspace_name: 'Test' } });
  const answer = await ask({ authorization: `Bearer ${notion.token}` });
  expect(await answer.json()).toMatchObject({
    object: 'error',
    code: 'missing_version',
    request_id: expect.any(String),
  });
  notion.isRevoked = true;
  await expect(client.users.me({})).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
});

test('children come in pages of a hundred, and go where they are told to', async () => {
  const page = await create({ children: paragraphs(100) });
  await client.blocks.children.append({ block_id: page.id, children: paragraphs(100) });
  await client.blocks.children.append({ block_id: page.id, children: [paragraph('x')], position: { type: 'start' } });
  const [first] = notion.pages[0]?.children ?? [];
  const position = { type: 'after_block' as const, after_block: { id: first?.id ?? '' } };
  await client.blocks.children.append({ block_id: page.id, children: [paragraph('y')], position });
  const list = await client.blocks.children.list({ block_id: page.id });
  expect(list).toMatchObject({ has_more: true, next_cursor: expect.any(String) });
  expect(await Array.fromAsync(iteratePaginatedAPI(client.blocks.children.list, { block_id: page.id }))).toHaveLength(
    202,
  );
  expect(notion.pages[0]?.children.slice(0, 3).map(blockText)).toEqual(['x', 'y', '0']);
});

test('a page is found by what it says, until it is in the trash, where it cannot be written', async () => {
  const page = await create();
  const filter = { property: 'Nombre', title: { equals: 'Uno' } };
  const find = async () => (await client.dataSources.query({ data_source_id: notion.dataSourceId, filter })).results;
  expect(await find()).toMatchObject([{ id: page.id }]);
  await client.pages.update({ page_id: page.id, in_trash: true });
  expect(await find()).toEqual([]);
  const writing = client.blocks.children.append({ block_id: page.id, children: paragraphs(1) });
  await expect(writing).rejects.toMatchObject({ code: 'validation_error' });
});

test('an option that is new is added with its colour, and none of a request that is refused', async () => {
  await create({ properties: { Categoría: { select: { name: 'Cocina', color: 'green' } } } });
  const multi_select = [{ name: 'pan' }, { name: 'sal' }];
  await create({ properties: { Categoría: { select: { name: 'Cocina' } }, Etiquetas: { multi_select } } });
  const refused = create({ properties: { Etiquetas: { multi_select: [{ name: 'agua' }] }, Enlace: { url: '' } } });
  await expect(refused).rejects.toMatchObject({ code: 'validation_error' });
  const { properties } = await client.dataSources.retrieve({ data_source_id: notion.dataSourceId });
  expect(properties.Categoría).toMatchObject({ select: { options: [{ name: 'Cocina', color: 'green' }] } });
  expect(properties.Etiquetas).toMatchObject({ multi_select: { options: multi_select } });
});

test('a data source has its properties added, renamed, given another type and removed', async () => {
  const update = (properties: UpdateDataSourceParameters['properties']) =>
    client.dataSources.update({ data_source_id: notion.dataSourceId, properties });
  await update({
    Canal: { select: { options: [{ name: 'a', color: 'red' }] } },
    Enlace: { name: 'Web' },
    Categoría: { rich_text: {} },
    Etiquetas: null,
  });
  const types = notion.dataSource.properties.map(({ name, type }) => `${name}: ${type}`);
  expect(types).toEqual(['Nombre: title', 'Web: url', 'Categoría: rich_text', 'Canal: select']);
  await expect(update({ Otra: { title: {} } })).rejects.toMatchObject({ code: 'validation_error' });
  await expect(update({ Otra: { name: 'Nueva' } })).rejects.toMatchObject({ code: 'validation_error' });
});

test('what is not shared is not found, nor what stands in it or relates to it', async () => {
  const topics = notion.addDataSource('Temas', { Name: 'title' });
  notion.dataSource.addProperty('Tema', { type: 'relation', relatedTo: topics.id });
  const page = await client.pages.create({ parent: { data_source_id: topics.id }, properties: {} });
  topics.shared = false;
  for (const ask of [
    () => client.dataSources.retrieve({ data_source_id: topics.id }),
    () => client.dataSources.query({ data_source_id: topics.id }),
    () => client.pages.retrieve({ page_id: page.id }),
    () => client.blocks.children.list({ block_id: page.id }),
  ]) {
    await expect(ask()).rejects.toMatchObject({ status: 404, code: 'object_not_found' });
  }
  const { properties } = await client.dataSources.retrieve({ data_source_id: notion.dataSourceId });
  expect(Object.keys(properties)).not.toContain('Tema');
});

test('a search finds what is shared by its title, last edited first, the trash only when asked for', async () => {
  notion.dataSource.editedAt = '2026-01-01T00:00:00.000Z';
  await create();
  notion.addDataSource('Otras notas', { Name: 'title' });
  notion.addDataSource('Notas ajenas', { Name: 'title' }).shared = false;
  notion.addDataSource('Notas tiradas', { Name: 'title' }).inTrash = true;
  const titles = async (parameters: SearchParameters) => {
    const { results } = await client.search(parameters);
    return results.map((result) =>
      isFullDataSource(result) ? result.title.map(({ plain_text }) => plain_text).join('') : result.object,
    );
  };
  const filter = { property: 'object', value: 'data_source' } as const;
  expect(await titles({ query: 'NOTAS', filter })).toEqual(['Otras notas', 'Notas']);
  const sort = { timestamp: 'last_edited_time', direction: 'ascending' } as const;
  expect(await titles({ filter, sort })).toEqual(['Notas', 'Otras notas']);
  expect(await titles({ filter: { ...filter, in_trash: true } })).toEqual(['Notas tiradas']);
  expect(await titles({ query: 'uno' })).toEqual(['page']);
  expect(await titles({ filter: { property: 'object', value: 'page' } })).toEqual(['page']);
  const first = await client.search({ page_size: 1 });
  const second = await client.search({ page_size: 1, start_cursor: first.next_cursor });
  expect(second.results[0]?.id).not.toBe(first.results[0]?.id);
  const wrong = client.search({ start_cursor: crypto.randomUUID() });
  await expect(wrong).rejects.toMatchObject({ code: 'validation_error' });
});

test('a page that a person moves takes along what the other place has a property for', async () => {
  await create({ properties: { Nombre: { title: [{ text: { content: 'Uno' } }] }, Enlace: { url: 'https://x.org' } } });
  const other = notion.addDataSource('Otra', { Name: 'title', Enlace: 'url' });
  const [page] = notion.pages;
  if (!page) throw new Error('there is no page');
  notion.workspace.movePage(page, other);
  expect(notion.valuesOf(page)).toEqual({ Name: 'Uno', Enlace: 'https://x.org' });
  expect(await client.pages.retrieve({ page_id: page.id })).toMatchObject({ parent: { data_source_id: other.id } });
  notion.workspace.movePage(page, null);
  expect(await client.pages.retrieve({ page_id: page.id })).toMatchObject({
    parent: { type: 'workspace' },
    properties: { title: { title: [{ plain_text: 'Uno' }] } },
  });
});

describe('a file', () => {
  const jpeg = (size = 4, type = 'image/jpeg') => ({
    filename: 'a.jpg',
    data: new Blob([new Uint8Array(size)], { type }),
  });
  const upload = async (file = jpeg()) => {
    const { id } = await client.fileUploads.create({ content_type: 'image/jpeg' });
    return client.fileUploads.send({ file_upload_id: id, file });
  };
  const coverOf = (id: string) => ({ cover: { file_upload: { id } } });

  test('that was uploaded becomes the cover of pages, as a file of Notion', async () => {
    const { id, status } = await upload();
    expect(status).toBe('uploaded');
    const page = await create(coverOf(id));
    const cover = { type: 'file', file: { url: expect.any(String), expiry_time: expect.any(String) } };
    expect(await client.pages.retrieve({ page_id: page.id })).toMatchObject({ cover });
    notion.ahead = 3_600_000;
    expect(await create(coverOf(id))).toMatchObject({ cover });
  });

  test('is refused when it is of another type than was said, too large, or sent twice', async () => {
    const refused = { status: 400, code: 'validation_error' };
    await expect(upload(jpeg(4, 'image/png'))).rejects.toMatchObject(refused);
    await expect(upload(jpeg(5 * 1024 * 1024 + 1))).rejects.toMatchObject(refused);
    await expect(client.fileUploads.create({ content_type: 'text/x-shellscript' })).rejects.toMatchObject(refused);
    const { id } = await upload();
    await expect(client.fileUploads.send({ file_upload_id: id, file: jpeg() })).rejects.toMatchObject(refused);
    await upload(jpeg(5 * 1024 * 1024));
  });

  test('is no cover before it is sent, an hour after that, or when there is none', async () => {
    const { id } = await client.fileUploads.create({});
    await expect(create(coverOf(id))).rejects.toMatchObject({ code: 'validation_error' });
    await expect(create(coverOf(crypto.randomUUID()))).rejects.toMatchObject({ code: 'object_not_found' });
    await client.fileUploads.send({ file_upload_id: id, file: jpeg() });
    notion.ahead = 3_600_000;
    await expect(create(coverOf(id))).rejects.toMatchObject({ code: 'validation_error' });
    expect(notion.pages).toEqual([]);
  });
});

test('its answers have the shape that the official client promises', async () => {
  const schema = createGenerator({
    path: join(import.meta.dir, 'answer-types.ts'),
    tsconfig: join(import.meta.dir, '../../tsconfig.json'),
    type: '*',
    skipTypeCheck: true,
    additionalProperties: true,
  }).createSchema('*');
  const ajv = new Ajv({ strict: false }).addSchema(schema, 'client');
  const check = (name: string, answer: unknown) => {
    const isRight = ajv.validate({ $ref: `client#/definitions/${name}` }, answer);
    expect(isRight ? [] : ajv.errors?.map(({ instancePath, message }) => `${name}${instancePath} ${message}`)).toEqual(
      [],
    );
  };
  const rich_text = [{ text: { content: 'a', link: { url: 'https://x.org' } }, annotations: { bold: true } }];
  const topics = notion.addDataSource('Temas', { Name: 'title' });
  const topic = notion.workspace.createPage(topics, {});
  notion.dataSource.addProperty('Tema', { type: 'relation', relatedTo: topics.id });
  notion.dataSource.addProperty('Duración', 'number');
  notion.dataSource.addProperty('Publicado', 'date');
  const page = await create({
    icon: { emoji: '🎬' },
    cover: { external: { url: 'https://x.org/a.jpg' } },
    properties: {
      Nombre: { title: rich_text },
      Enlace: { url: 'https://x.org' },
      Categoría: { select: { name: 'a' } },
      Etiquetas: { multi_select: [{ name: 'b' }] },
      Tema: { relation: [{ id: topic.id }] },
      Duración: { number: 1.5 },
      Publicado: { date: { start: '2026-03-04' } },
    },
    children: [
      { paragraph: { rich_text } },
      { heading_1: { rich_text } },
      { heading_3: { rich_text, is_toggleable: true, children: [{ divider: {} }] } },
      { bulleted_list_item: { rich_text } },
      { numbered_list_item: { rich_text } },
      { to_do: { rich_text, checked: true } },
      { quote: { rich_text } },
      { toggle: { rich_text } },
      { callout: { rich_text, icon: { emoji: '💡' }, color: 'gray_background' } },
      { code: { rich_text, language: 'bash' } },
      { equation: { expression: 'x' } },
      { divider: {} },
      { bookmark: { url: 'https://x.org' } },
      { video: { external: { url: 'https://x.org/a.mp4' } } },
      { table: { table_width: 1, children: [{ table_row: { cells: [rich_text] } }] } },
    ],
  });
  check('PageAnswer', page);
  const uploaded = await client.fileUploads.create({ filename: 'a.jpg' });
  check('FileUploadAnswer', uploaded);
  const file = { filename: 'a.jpg', data: new Blob(['a'], { type: 'image/jpeg' }) };
  check('FileUploadAnswer', await client.fileUploads.send({ file_upload_id: uploaded.id, file }));
  check('PageAnswer', await create({ cover: { file_upload: { id: uploaded.id } } }));
  check('SelfAnswer', await client.users.me({}));
  check('SearchAnswer', await client.search({}));
  check('DataSourceAnswer', await client.dataSources.retrieve({ data_source_id: notion.dataSourceId }));
  const blocks = await Array.fromAsync(iteratePaginatedAPI(client.blocks.children.list, { block_id: page.id }));
  expect(blocks).toHaveLength(15);
  for (const block of blocks) check('BlockAnswer', block);
}, 60_000);
