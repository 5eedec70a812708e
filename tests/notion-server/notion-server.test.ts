import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { type BlockObjectRequest, Client, type CreatePageParameters, iteratePaginatedAPI } from '@notionhq/client';
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
    'a property of another type': () => create({ properties: { Nombre: { url: null } } }),
    'a language that Notion does not know': () =>
      create(JSON.parse('{"children":[{"code":{"rich_text":[],"language":"brainfuck"}}]}')),
    'a field that Notion does not know': () => create(JSON.parse('{"children":[{"divider":{"width":3}}]}')),
  };

  test.each(Object.keys(requests))('%s', async (name) => {
    await expect(requests[name]?.()).rejects.toMatchObject({ status: 400, code: 'validation_error' });
    expect(notion.pages).toEqual([]);
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
  const answer = await ask({ authorization: `Bearer ${notion.token}` });
  expect(await answer.json()).toMatchObject({
    object: 'error',
    code: 'missing_version',
    request_id: expect.any(String),
  });
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
  const page = await create({
    icon: { emoji: '🎬' },
    cover: { external: { url: 'https://x.org/a.jpg' } },
    properties: {
      Nombre: { title: rich_text },
      Enlace: { url: 'https://x.org' },
      Categoría: { select: { name: 'a' } },
      Etiquetas: { multi_select: [{ name: 'b' }] },
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
  check('DataSourceAnswer', await client.dataSources.retrieve({ data_source_id: notion.dataSourceId }));
  const blocks = await Array.fromAsync(iteratePaginatedAPI(client.blocks.children.list, { block_id: page.id }));
  expect(blocks).toHaveLength(15);
  for (const block of blocks) check('BlockAnswer', block);
}, 60_000);
