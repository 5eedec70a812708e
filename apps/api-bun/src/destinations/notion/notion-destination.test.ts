import { afterEach, beforeEach, expect, test } from 'bun:test';
import type { ErrorCode } from '@destila/contracts';
import { NotionServer, outline } from '../../../../../tests/fakes/notion-server.ts';
import type { Note } from '../destination.ts';
import { NotionDestination } from './notion-destination.ts';

let notion: NotionServer;
let kept: string[];

beforeEach(async () => {
  notion = await NotionServer.start();
  kept = [];
});
afterEach(() => notion.stop());

const PAN: Note = {
  importKey: '11111111-1111-4111-8111-111111111111',
  title: 'Pan fácil',
  url: 'https://example.org/pan',
  markdown: 'Harina y agua\n',
  category: 'Cocina, básica',
  tags: ['pan', 'Pan', 'harina'],
  channel: null,
  durationSeconds: 754,
  language: 'es',
  savedAt: new Date('2026-03-04T05:06:07Z'),
};

function save(
  note: Partial<Note> = {},
  previous: string | null = null,
  options: { token?: string; dataSourceId?: string } = {},
) {
  const destination = new NotionDestination({
    token: notion.token,
    dataSourceId: notion.dataSourceId,
    baseUrl: notion.url,
    ...options,
  });
  return destination.publish(
    { ...PAN, ...note },
    {
      previous,
      keepExternalId: async (externalId) => {
        kept.push(externalId);
      },
      signal: new AbortController().signal,
    },
  );
}

function codeOf(publishing: Promise<unknown>): Promise<ErrorCode | undefined> {
  return publishing.then(
    () => undefined,
    (error) => error.code,
  );
}

test('a note becomes a page in the properties that the data source has, found by type and name', async () => {
  const published = await save();
  expect(notion.pages).toHaveLength(1);
  expect(published).toEqual({ externalId: notion.pages[0]?.id ?? '', location: notion.pages[0]?.url ?? '' });
  expect(kept).toEqual([published.externalId]);
  expect(notion.pages[0]?.properties).toEqual({
    Nombre: { title: [{ text: { content: 'Pan fácil' } }] },
    Enlace: { url: 'https://example.org/pan' },
    Categoría: { select: { name: 'Cocina básica' } },
    Etiquetas: { multi_select: [{ name: 'Pan' }, { name: 'harina' }] },
    'Destila ID': { rich_text: [{ text: { content: PAN.importKey } }] },
  });
});

test('a data source with nothing but titles is enough', async () => {
  notion.schema = { Name: 'title' };
  await save();
  expect(notion.schema).toEqual({ Name: 'title', 'Destila ID': 'rich_text' });
  expect(Object.keys(notion.pages[0]?.properties ?? {})).toEqual(['Name', 'Destila ID']);
});

test('saving again writes to the same page, and its text is the new one alone', async () => {
  const first = await save();
  const second = await save({ title: 'Pan mejor', markdown: 'Con levadura\n' }, first.externalId);
  expect(second).toEqual(first);
  expect(notion.pages).toHaveLength(1);
  expect(outline(notion.pages[0]?.children ?? [])).toEqual(['paragraph: Con levadura']);
  expect(notion.pages[0]?.properties.Nombre).toEqual({ title: [{ text: { content: 'Pan mejor' } }] });
});

test('pages that a person put inside the note outlive a second save', async () => {
  const { externalId } = await save({ markdown: 'Uno\n\nDos\n' });
  const theirs = { id: crypto.randomUUID(), type: 'child_page', content: {}, text: 'Mía', children: [] };
  notion.pages[0]?.children.splice(1, 0, theirs);
  await save({ markdown: 'Tres\n' }, externalId);
  expect(outline(notion.pages[0]?.children ?? [])).toEqual(['child_page: Mía', 'paragraph: Tres']);
});

test('a page that the person threw away is made anew', async () => {
  const { externalId } = await save();
  for (const page of notion.pages) page.inTrash = true;
  const second = await save({}, externalId);
  expect(second.externalId).not.toBe(externalId);
  expect(notion.pages.filter((page) => !page.inTrash)).toHaveLength(1);
});

test('when the answer to the creation is lost, the next save finds that page instead of making a second', async () => {
  notion.failNext('POST /v1/pages', 'drop');
  expect(await codeOf(save())).toBe('notion_unavailable');
  expect(notion.pages).toHaveLength(1);
  expect(kept).toEqual([]);

  const published = await save();
  expect(notion.pages.map((page) => page.id)).toEqual([published.externalId]);
  expect(outline(notion.pages[0]?.children ?? [])).toEqual(['paragraph: Harina y agua']);
});

test('a save cut off in the middle of the text is made whole by the next', async () => {
  const markdown = Array.from({ length: 250 }, (_, index) => `Párrafo ${index}`).join('\n\n');
  notion.failNext('PATCH /v1/blocks/:id/children', 'drop');
  expect(await codeOf(save({ markdown }))).toBe('notion_unavailable');
  expect(notion.pages[0]?.children).toHaveLength(100);
  await save({ markdown }, kept[0]);
  expect(notion.pages).toHaveLength(1);
  expect(notion.pages[0]?.children.map((block) => block.text)).toEqual(markdown.split('\n\n'));
});

test('Markdown keeps its shape: headings, lists, to-dos, quotes, code, tables, styles and links', async () => {
  const markdown = [
    '# Uno\n\n## Dos\n\n#### Cuatro',
    'Con **negrita**, _cursiva_, ~~tachado~~, `código` y [12:34](https://example.org/v?t=754)',
    '- a\n  - b\n    - c\n      - d\n- e\n\n1. primero\n2. segundo\n\n- [x] hecho\n- [ ] pendiente',
    '> cita\n>\n> - dentro',
    '```js\nlet a;\n```',
    '| A | B |\n| - | - |\n| 1 | **2** |',
    '---',
    'Un [enlace relativo](/jobs/1) y ![foto](https://example.org/f.png)',
  ].join('\n\n');
  await save({ markdown });
  expect(outline(notion.pages[0]?.children ?? [])).toEqual([
    'heading_1: Uno',
    'heading_2: Dos',
    'heading_3: Cuatro',
    'paragraph: Con negrita, cursiva, tachado, código y 12:34',
    'bulleted_list_item: a',
    '  bulleted_list_item: b',
    '    bulleted_list_item: c',
    '      bulleted_list_item: d',
    'bulleted_list_item: e',
    'numbered_list_item: primero',
    'numbered_list_item: segundo',
    'to_do: hecho',
    'to_do: pendiente',
    'quote: cita',
    '  bulleted_list_item: dentro',
    'code: let a;',
    'table: ',
    '  table_row: A | B',
    '  table_row: 1 | 2',
    'divider: ',
    'paragraph: Un enlace relativo y foto',
  ]);
  const text = JSON.stringify(notion.pages[0]?.children);
  for (const detail of [
    '{"content":"negrita"},"annotations":{"bold":true}',
    '{"content":"cursiva"},"annotations":{"italic":true}',
    '{"content":"tachado"},"annotations":{"strikethrough":true}',
    '{"content":"código"},"annotations":{"code":true}',
    '{"content":"12:34","link":{"url":"https://example.org/v?t=754"}}',
    '{"content":"enlace relativo"}',
    '"checked":true',
    '"language":"javascript"',
  ]) {
    expect(text).toContain(detail);
  }
});

test('a text far beyond every limit of a request arrives whole', async () => {
  const long = '日本語 '.repeat(60_000).trim();
  const items = Array.from({ length: 230 }, (_, index) => `- ${index}\n  - ${'x'.repeat(1500)}\n  - y`).join('\n');
  const rows = Array.from({ length: 150 }, (_, index) => `| ${index} |`).join('\n');
  await save({ markdown: `${long}\n\n\`\`\`\n${long}\n\`\`\`\n\n${items}\n\n| n |\n| - |\n${rows}\n` });

  const blocks = notion.pages[0]?.children ?? [];
  const joined = (type: string) =>
    blocks
      .filter((block) => block.type === type)
      .map((block) => block.text)
      .join('');
  expect(joined('paragraph')).toBe(long);
  expect(joined('code')).toBe(long);
  expect(blocks.filter((block) => block.type === 'bulleted_list_item')).toHaveLength(230);
  expect(blocks.find((block) => block.type === 'table')?.children.map((row) => row.text)).toEqual([
    'n',
    ...Array.from({ length: 150 }, (_, index) => String(index)),
  ]);
});

test('a rate limit is waited for as long as Notion says, and nothing is written twice', async () => {
  notion.failNext('POST /v1/pages', { status: 429, code: 'rate_limited', retryAfter: 0 });
  notion.failNext('PATCH /v1/blocks/:id/children', { status: 429, code: 'rate_limited', retryAfter: 0 });
  await save();
  expect(notion.pages).toHaveLength(1);
  expect(notion.pages[0]?.children).toHaveLength(1);
});

test.each([
  [500, 'internal_server_error', 'notion_unavailable'],
  [503, 'service_unavailable', 'notion_unavailable'],
  [409, 'conflict_error', 'notion_unavailable'],
  [400, 'validation_error', 'notion_rejected'],
  [403, 'restricted_resource', 'notion_not_shared'],
] as const)('%i from Notion is told as its own error (%s)', async (status, code, expected) => {
  notion.failNext('POST /v1/pages', { status, code });
  expect(await codeOf(save())).toBe(expected);
});

test('a wrong token, a foreign data source and a Notion that is away are told apart', async () => {
  expect(await codeOf(save({}, null, { token: 'ntn_wrong' }))).toBe('notion_unauthorized');
  expect(await codeOf(save({}, null, { dataSourceId: crypto.randomUUID() }))).toBe('notion_not_shared');
  expect(await codeOf(save({}, null, { dataSourceId: '../users' }))).toBe('notion_not_shared');
  notion.stop();
  expect(await codeOf(save())).toBe('notion_unavailable');
});

test('a save that is called off ends at once with the reason', async () => {
  const calledOff = new AbortController();
  const publishing = new NotionDestination({
    token: notion.token,
    dataSourceId: notion.dataSourceId,
    baseUrl: notion.url,
  }).publish(PAN, {
    previous: null,
    keepExternalId: async () => calledOff.abort(new Error('called off')),
    signal: calledOff.signal,
  });
  await expect(publishing).rejects.toThrow('called off');
  expect(notion.pages[0]?.children).toEqual([]);
});

test('a property called Destila ID of another type is said to be in the way', async () => {
  notion.schema['Destila ID'] = 'number';
  expect(await codeOf(save())).toBe('notion_rejected');
});

test('titles, addresses and tags beyond their limits are cut, not refused', async () => {
  await save({
    title: 'ñ'.repeat(5000),
    url: `https://example.org/${'x'.repeat(3000)}`,
    tags: Array.from({ length: 200 }, (_, index) => `${index}${'t'.repeat(200)}`),
  });
  expect(notion.pages).toHaveLength(1);
});
