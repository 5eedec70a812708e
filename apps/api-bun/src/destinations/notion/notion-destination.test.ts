import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { ErrorCode } from '@destila/contracts';
import type { Fault } from '../../../../../tests/notion-server/faults.ts';
import { uploadIdOf } from '../../../../../tests/notion-server/file-uploads.ts';
import { NotionServer } from '../../../../../tests/notion-server/notion-server.ts';
import { blockText, outline } from '../../../../../tests/notion-server/outline.ts';
import { until } from '../../../../../tests/until.ts';
import type { Kept, Note, PublishContext } from '../destination.ts';
import { NotionDestination } from './notion-destination.ts';

let notion: NotionServer;
/** What the destination kept last. */
let kept: Kept | null;

beforeEach(async () => {
  notion = await NotionServer.start();
  kept = null;
});
afterEach(() => notion.stop());

const PAN: Note = {
  importKey: '11111111-1111-4111-8111-111111111111',
  title: 'Pan fácil',
  url: 'https://example.org/pan',
  isEmbeddable: false,
  coverUrl: null,
  thumbnail: async () => null,
  markdown: 'Harina y agua\n',
  transcript: [],
  category: { name: 'Cocina, básica', color: 'green' },
  tags: ['pan', 'Pan', 'harina'],
  channel: null,
  published: null,
  durationSeconds: 754,
  language: 'es',
  savedAt: new Date('2026-03-04T05:06:07Z'),
};

/** What a JPEG begins and ends with; that server does not look inside. */
const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
const thumbnail = async () => JPEG;

type Options = ConstructorParameters<typeof NotionDestination>[0];

function destination(options: Partial<Options> = {}): NotionDestination {
  const { token, dataSourceId, url: baseUrl } = notion;
  return new NotionDestination({ token, dataSourceId, baseUrl, firstDelay: 1, ...options });
}

/** A save by a process of its own, which knows what earlier ones kept. */
async function save(note: Partial<Note> = {}, context: Partial<PublishContext> = {}, options: Partial<Options> = {}) {
  const published = await destination(options).publish(
    { ...PAN, ...note },
    {
      kept,
      repeated: false,
      onConflict: 'ask',
      keep: async (now) => {
        kept = now;
      },
      confirm: () => {},
      signal: new AbortController().signal,
      ...context,
    },
  );
  kept = published;
  return published;
}

function codeOf(publishing: Promise<unknown>): Promise<ErrorCode | undefined> {
  return publishing.then(
    () => undefined,
    (error) => error.code,
  );
}

/** The page as a reader sees it, without the address of the video at its head. */
function body(): string[] {
  return outline(notion.pages[0]?.children.slice(1) ?? []);
}

/** The uploaded file that is the page's cover. */
function coverBytes(): Promise<Uint8Array> | undefined {
  const id = uploadIdOf(notion.pages[0]?.cover);
  return id === null ? undefined : notion.workspace.findFileUpload(id).file?.bytes();
}

/** Every request of that kind meets the fault from now on. */
function failAlways(kind: string, fault: Fault): void {
  notion.faults = (request) => (request === kind ? fault : null);
}

test('a note becomes a page in the properties that the data source has, found by type and name', async () => {
  const published = await save();
  expect(notion.pages).toHaveLength(1);
  const [page] = notion.pages;
  expect(published).toMatchObject({
    externalId: page?.id ?? '',
    location: `https://www.notion.so/${page?.id.replaceAll('-', '')}`,
  });
  expect(notion.valuesOf(page)).toEqual({
    Nombre: 'Pan fácil',
    Enlace: 'https://example.org/pan',
    Categoría: 'Cocina básica',
    Etiquetas: ['pan', 'harina'],
    'Destila ID': PAN.importKey,
  });
});

test('a data source with nothing but titles is enough', async () => {
  notion.setProperties({ Name: 'title' });
  await save();
  expect(notion.dataSource.properties).toMatchObject([
    { name: 'Name', type: 'title' },
    { name: 'Destila ID', type: 'rich_text' },
  ]);
});

test('a note of a usual size is one request, once the properties are known', async () => {
  const notes = destination();
  const publish = (importKey: string) =>
    notes.publish(
      { ...PAN, importKey },
      {
        kept: null,
        repeated: false,
        onConflict: 'ask',
        keep: async () => {},
        confirm: () => {},
        signal: new AbortController().signal,
      },
    );
  await publish('a');
  notion.requests.length = 0;
  await publish('b');
  expect(notion.requests).toEqual(['POST /v1/pages']);
});

describe('the page', () => {
  test('has a cover and an icon, the video, the gist in a callout, and a toggle for each chapter', async () => {
    await save({
      url: 'https://www.youtube.com/watch?v=abcdefghijk',
      isEmbeddable: true,
      coverUrl: 'https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg',
      markdown: [
        'De qué va.',
        'Y algo más.',
        '## Puntos clave',
        '- [0:05](https://youtu.be/abcdefghijk?t=5s) Uno',
        '## Capítulos',
        '### [0:00](https://youtu.be/abcdefghijk?t=0s) Amasar',
        '- Harina\n  - de trigo',
        '### [1:02:03](https://youtu.be/abcdefghijk?t=3723s) Hornear',
        '> A fuego lento',
        '## Tareas',
        '- [ ] Comprar levadura',
      ].join('\n\n'),
      transcript: [{ start: 0, link: 'https://youtu.be/abcdefghijk?t=0s', text: 'Hola.' }],
    });
    const [page] = notion.pages;
    expect(page).toMatchObject({
      icon: { emoji: '🎬' },
      cover: { external: { url: 'https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg' } },
    });
    expect(outline(page?.children ?? [])).toEqual([
      'video: https://www.youtube.com/watch?v=abcdefghijk',
      'callout: De qué va.',
      '  paragraph: Y algo más.',
      'heading_2: Puntos clave',
      'bulleted_list_item: 0:05 Uno',
      'heading_2: Capítulos',
      'heading_3: 0:00 Amasar',
      '  bulleted_list_item: Harina',
      '    bulleted_list_item: de trigo',
      'heading_3: 1:02:03 Hornear',
      '  quote: A fuego lento',
      'heading_2: Tareas',
      'to_do: Comprar levadura',
    ]);
    expect(notion.requests.filter((request) => request.startsWith('PATCH /v1/blocks'))).toEqual([]);
  });

  test('has words beside the sign of its callout, also where the gist is quoted, and its tags in no chapter', async () => {
    const markdown =
      '> **Extracto.** Sin modelo.\n>\n> Dos.\n\n## Capítulos\n\n### [0:00](https://youtu.be/x?t=0s) Uno\n\n- a\n\n**Etiquetas:** mar';
    await save({ markdown });
    expect(body()).toEqual([
      'callout: Extracto. Sin modelo.',
      '  paragraph: Dos.',
      'heading_2: Capítulos',
      'heading_3: 0:00 Uno',
      '  bulleted_list_item: a',
      'paragraph: Etiquetas: mar',
    ]);
  });

  test('has our own picture as its cover where there is none that anybody can load; a second save uploads nothing', async () => {
    await save({ thumbnail });
    expect(await coverBytes()).toEqual(JPEG);
    expect(notion.pages[0]?.icon).toEqual({ emoji: '🎬' });
    await save({ markdown: 'Otro\n', thumbnail: () => Promise.reject(new Error('read in vain')) });
    expect(await coverBytes()).toEqual(JPEG);
    expect(notion.workspace.fileUploads).toHaveLength(1);
  });

  test.each([
    ['POST /v1/file_uploads', 403, 'restricted_resource'],
    ['POST /v1/file_uploads', 404, 'object_not_found'],
    ['POST /v1/file_uploads/:id/send', 400, 'validation_error'],
    ['POST /v1/file_uploads/:id/send', 413, 'payload_too_large'],
  ] as const)('is made without a cover where %s is refused with %i', async (kind, status, code) => {
    failAlways(kind, { kind: 'refused', status, code });
    await save({ thumbnail });
    expect(notion.pages).toMatchObject([{ cover: null }]);
    expect(body()).toEqual(['paragraph: Harina y agua']);
  });

  test('ends with the transcript in a toggle, where that is wanted', async () => {
    const transcript = [
      { start: 0, link: 'https://example.org/v#t=0', text: 'Hola.' },
      { start: 61, link: 'https://example.org/v#t=61', text: 'Adiós.' },
    ];
    await save({ transcript }, {}, { transcript: true });
    expect(body()).toEqual([
      'paragraph: Harina y agua',
      'toggle: Transcripción',
      '  paragraph: 0:00 Hola.',
      '  paragraph: 1:01 Adiós.',
    ]);
  });

  test('keeps the shape of the Markdown: headings, lists, to-dos, quotes, code, tables, formulas, styles and links', async () => {
    const markdown = [
      '# Uno\n\n## Dos\n\n#### Cuatro',
      'Con **negrita**, _cursiva_, ~~tachado~~, `código` y [12:34](https://example.org/v?t=754)',
      '- a\n  - b\n    - c\n      - d\n- e\n\n1. primero\n2. segundo\n\n- [x] hecho\n- [ ] pendiente',
      '> cita\n>\n> - dentro',
      '```js\nlet a;\n```',
      '$$E = mc^2$$',
      '```math\n\\sum_i x_i\n```',
      '| A | B |\n| - | - |\n| 1 | **2** |',
      '---',
      'Un [enlace relativo](/jobs/1) y ![foto](https://example.org/f.png)',
    ].join('\n\n');
    await save({ markdown });
    expect(body()).toEqual([
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
      'equation: E = mc^2',
      'equation: \\sum_i x_i',
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

  test('breaks lines where the cell of a table does', async () => {
    await save({ markdown: '| A |\n| - |\n| uno<br>dos |\n' });
    expect(body().at(-1)).toBe('  table_row: uno\ndos');
  });

  test('marks footnotes as their references are', async () => {
    await save({ markdown: 'Pan[^1] y sal[^b].\n\n[^1]: De **trigo**.\n\n[^b]: - Fina\n' });
    expect(body()).toEqual([
      'paragraph: Pan[1] y sal[b].',
      'paragraph: [1] De trigo.',
      'paragraph: [b] ',
      'bulleted_list_item: Fina',
    ]);
  });

  test('holds a text far beyond every limit of a request', async () => {
    const long = '日本語 '.repeat(60_000).trim();
    const items = Array.from({ length: 230 }, (_, index) => `- ${index}\n  - ${'x'.repeat(1500)}\n  - y`).join('\n');
    const rows = Array.from({ length: 150 }, (_, index) => `| ${index} |`).join('\n');
    await save({ markdown: `${long}\n\n\`\`\`\n${long}\n\`\`\`\n\n${items}\n\n| n |\n| - |\n${rows}\n` });

    const blocks = notion.pages[0]?.children ?? [];
    const joined = (type: string) =>
      blocks
        .filter((block) => block.type === type)
        .map(blockText)
        .join('');
    expect(joined('paragraph')).toBe(long);
    expect(joined('code')).toBe(long);
    expect(blocks.filter((block) => block.type === 'bulleted_list_item')).toHaveLength(230);
    expect(blocks.find((block) => block.type === 'table')?.children.map(blockText)).toEqual([
      'n',
      ...Array.from({ length: 150 }, (_, index) => String(index)),
    ]);
  });

  test('takes titles, addresses and tags beyond their limits, cut', async () => {
    await save({
      title: `${'ñ'.repeat(1999)}🎬`,
      url: `https://example.org/${'x'.repeat(3000)}`,
      tags: Array.from({ length: 200 }, (_, index) => `${index}${'t'.repeat(200)}`),
    });
    expect(notion.pages).toHaveLength(1);
  });
});

describe('a second save', () => {
  test('writes to the same page, and its text is the new one alone', async () => {
    const first = await save();
    const second = await save({ title: 'Pan mejor', markdown: 'Con levadura\n' });
    expect(second.externalId).toBe(first.externalId);
    expect(notion.pages).toHaveLength(1);
    expect(body()).toEqual(['paragraph: Con levadura']);
    expect(notion.valuesOf(notion.pages[0]).Nombre).toBe('Pan mejor');
  });

  test('of the same text leaves the blocks as they are', async () => {
    await save();
    const before = notion.pages[0]?.children.map(({ id }) => id);
    await save({ title: 'Pan mejor' });
    expect(notion.pages[0]?.children.map(({ id }) => id)).toEqual(before ?? []);
  });

  test('makes a page anew that the person threw away', async () => {
    const first = await save();
    for (const page of notion.pages) page.inTrash = true;
    const second = await save();
    expect(second.externalId).not.toBe(first.externalId);
    expect(notion.pages).toHaveLength(1);
  });

  test('finds its properties again under the new names that the person gave them', async () => {
    const notes = destination();
    const context = {
      onConflict: 'ask' as const,
      signal: new AbortController().signal,
      keep: async () => {},
      confirm: () => {},
    };
    const first = await notes.publish(PAN, { ...context, kept: null, repeated: false });
    notion.dataSource.findProperty('Nombre').name = 'Título';
    notion.dataSource.retypeProperty('Enlace', 'rich_text');
    await notes.publish({ ...PAN, title: 'Pan mejor' }, { ...context, kept: first, repeated: false });
    expect(notion.valuesOf(notion.pages[0]).Título).toBe('Pan mejor');
  });

  test('of a page that somebody changed in Notion asks, and changes nothing', async () => {
    await save();
    notion.writeAsPerson(notion.pages[0], 'Mío');
    expect(await codeOf(save({ markdown: 'Otro\n' }))).toBe('page_changed');
    expect(body()).toEqual(['paragraph: Harina y agua', 'paragraph: Mío']);
  });

  test('overwrites those changes when told to', async () => {
    await save();
    notion.writeAsPerson(notion.pages[0], 'Mío');
    await save({ markdown: 'Otro\n' }, { onConflict: 'overwrite' });
    expect(body()).toEqual(['paragraph: Otro']);
    await save({ markdown: 'Y otro\n' });
    expect(body()).toEqual(['paragraph: Y otro']);
  });

  test('appends to them when told to, and from then on rewrites what it appended', async () => {
    await save();
    notion.writeAsPerson(notion.pages[0], 'Mío');
    await save({ markdown: 'Otro\n' }, { onConflict: 'append' });
    const theirs = ['paragraph: Harina y agua', 'paragraph: Mío', 'divider: '];
    expect(body()).toEqual([...theirs, 'paragraph: Otro']);
    await save({ markdown: 'Y otro\n' });
    expect(body()).toEqual([...theirs, 'paragraph: Y otro']);
  });

  test('sees a change that the same integration made later', async () => {
    await save();
    notion.ahead = 180_000;
    const [page] = notion.pages;
    if (page) notion.workspace.touch(page);
    expect(await codeOf(save({ markdown: 'Otro\n' }))).toBe('page_changed');
  });

  test('never removes pages that a person put inside the note', async () => {
    await save({ markdown: 'Uno\n\nDos\n' });
    const [page] = notion.pages;
    const stamp = { createdAt: '', createdBy: '', editedAt: '', editedBy: '' };
    page?.children.splice(2, 0, { ...stamp, id: crypto.randomUUID(), type: 'child_page', content: {}, children: [] });
    if (page) notion.workspace.touch(page, notion.workspace.personId);
    await save({ markdown: 'Tres\n' }, { onConflict: 'overwrite' });
    await save({ markdown: 'Cuatro\n' });
    expect(outline(page?.children ?? [])).toEqual(['child_page: ', 'divider: ', 'paragraph: Cuatro']);
  });
});

describe('a save that is cut off', () => {
  const deep = '\n  - a\n    - b\n      - c\n        - d';
  const markdown = Array.from({ length: 220 }, (_, index) => `- ${index}${index % 90 === 7 ? deep : ''}`).join('\n');
  const lines = 220 + 3 * 4;
  const faults: Fault[] = [
    { kind: 'dropped', when: 'before' },
    { kind: 'dropped', when: 'after' },
    { kind: 'half-answer' },
    { kind: 'denied', status: 504, code: 'gateway_timeout' },
    { kind: 'refused', status: 502, code: 'bad_gateway' },
    { kind: 'refused', status: 409, code: 'conflict_error' },
    { kind: 'refused', status: 429, code: 'rate_limited', retryAfter: 0 },
    { kind: 'refused', status: 529, code: 'service_overload', retryAfter: 0 },
    { kind: 'late', milliseconds: 1 },
  ];
  const kinds = [
    'GET /v1/data_sources/:id',
    'PATCH /v1/data_sources/:id',
    'POST /v1/file_uploads',
    'POST /v1/file_uploads/:id/send',
    'POST /v1/pages',
    'PATCH /v1/blocks/:id/children',
  ];

  test.each(kinds.flatMap((kind) => faults.map((fault) => [kind, fault] as const)))(
    'at %s by %j goes on in the same call: one page, whole',
    async (kind, fault) => {
      notion.failNext(kind, fault);
      await save({ markdown, thumbnail });
      expect(notion.pages).toHaveLength(1);
      expect(await coverBytes()).toEqual(JPEG);
      expect(body()).toHaveLength(lines);
    },
  );

  test('at any request, by the end of its process, is finished by the next', async () => {
    for (let end = 1; ; end += 1) {
      notion.stop();
      notion = await NotionServer.start();
      kept = null;
      const stopped = new AbortController();
      let count = 0;
      // Every request but those up to `end` is lost with the process, and that one is carried out.
      notion.faults = () => {
        count += 1;
        if (count < end) return null;
        stopped.abort(new Error('killed'));
        return count === end ? { kind: 'dropped', when: 'after' } : { kind: 'dropped', when: 'before' };
      };
      const note = { markdown, thumbnail };
      const killed = await save(note, { signal: stopped.signal }).catch((error: Error) => error.message);
      notion.faults = () => null;
      if (killed !== 'killed') break;
      await save(note, { repeated: true });
      expect(notion.pages).toHaveLength(1);
      expect(await coverBytes()).toEqual(JPEG);
      expect(body()).toHaveLength(lines);
    }
    expect(kept).not.toBeNull();
  });

  test('while it replaces an earlier text never leaves some of that', async () => {
    for (let end = 1; ; end += 1) {
      notion.stop();
      notion = await NotionServer.start();
      kept = null;
      await save({ markdown: '- a\n  - vieja\n\n- b\n' });
      const stopped = new AbortController();
      let count = 0;
      notion.faults = () => {
        count += 1;
        if (count < end) return null;
        stopped.abort(new Error('killed'));
        return { kind: 'dropped', when: count === end ? 'after' : 'before' };
      };
      const again = { markdown: '- a\n  - nueva\n\n- b\n' };
      const killed = await save(again, { signal: stopped.signal }).catch((error: Error) => error.message);
      notion.faults = () => null;
      if (killed !== 'killed') break;
      await save(again, { repeated: true });
      expect(body()).toEqual(['bulleted_list_item: a', '  bulleted_list_item: nueva', 'bulleted_list_item: b']);
    }
    expect(notion.pages).toHaveLength(1);
  });

  test('removes a page that an earlier call made after it had been looked for, and leaves a copy that a person made', async () => {
    notion.failNext('POST /v1/pages', { kind: 'late', milliseconds: 40 });
    // Slow enough for the late one to come while the text is written.
    notion.failNext('PATCH /v1/blocks/:id/children', { kind: 'slow', milliseconds: 80 });
    const published = await save({ markdown });
    expect(notion.pages.map(({ id }) => id)).toEqual([published.externalId]);

    const [page] = notion.pages;
    const copy = { ...structuredClone(page), id: crypto.randomUUID(), createdBy: notion.workspace.personId };
    if (page) notion.workspace.pages.push({ ...page, ...copy });
    await save({ markdown: 'Otro\n' }, { repeated: true });
    expect(notion.pages).toHaveLength(2);
  });

  test('that somebody has taken over writes nothing more', async () => {
    const keep = () => Promise.reject(new Error('taken over'));
    await expect(save({ markdown }, { keep })).rejects.toThrow('taken over');
    expect(notion.requests.filter((request) => request.startsWith('PATCH /v1/blocks'))).toEqual([]);
  });

  test('by being called off ends at once with the reason', async () => {
    const calledOff = new AbortController();
    const publishing = save(
      { markdown },
      { keep: async () => calledOff.abort(new Error('called off')), signal: calledOff.signal },
    );
    await expect(publishing).rejects.toThrow('called off');
    expect(notion.requests.filter((request) => request.startsWith('PATCH /v1/blocks'))).toEqual([]);
  });
});

describe('what Notion refuses', () => {
  test.each([
    [500, 'internal_server_error', 'notion_unavailable'],
    [503, 'service_unavailable', 'notion_unavailable'],
    [409, 'conflict_error', 'notion_unavailable'],
    [409, 'row_limit_exceeded', 'notion_full'],
    [429, 'rate_limited', 'notion_busy'],
    [529, 'service_overload', 'notion_busy'],
    [400, 'validation_error', 'notion_rejected'],
    [413, 'payload_too_large', 'notion_too_large'],
    [403, 'restricted_resource', 'notion_forbidden'],
    [403, 'workspace_block_limit_reached', 'notion_full'],
    [404, 'object_not_found', 'notion_not_shared'],
    [401, 'unauthorized', 'notion_unauthorized'],
  ] as const)('with %i %s is told as its own error (%s)', async (status, code, expected) => {
    failAlways('POST /v1/pages', { kind: 'refused', status, code, retryAfter: 0 });
    expect(await codeOf(save())).toBe(expected);
    expect(notion.pages).toEqual([]);
  });

  test.each([
    [401, 'unauthorized', 'notion_unauthorized'],
    [429, 'rate_limited', 'notion_busy'],
    [503, 'service_unavailable', 'notion_unavailable'],
  ] as const)('while the cover is uploaded with %i %s is told the same way (%s)', async (status, code, expected) => {
    failAlways('POST /v1/file_uploads/:id/send', { kind: 'refused', status, code, retryAfter: 0 });
    expect(await codeOf(save({ thumbnail }))).toBe(expected);
    expect(notion.pages).toEqual([]);
  });

  const isCreated = (request: string) => request === 'POST /v1/pages';
  const askToWait = (seconds: number) =>
    failAlways('POST /v1/pages', { kind: 'refused', status: 429, code: 'rate_limited', retryAfter: seconds });

  test('for longer than a person waits is told at once, with the time that it asks for, and not asked again before', async () => {
    askToWait(120);
    await expect(save()).rejects.toMatchObject({ code: 'notion_busy', retryAfterSeconds: 120 });
    expect(notion.requests.filter(isCreated)).toHaveLength(1);
  });

  test('for a minute is sat out where nobody waits, unless it is called off', async () => {
    askToWait(60);
    const calledOff = new AbortController();
    const publishing = save({}, { unattended: true, signal: calledOff.signal });
    await until(async () => notion.requests.some(isCreated));
    calledOff.abort(new Error('called off'));
    await expect(publishing).rejects.toThrow('called off');
  });

  test('tells a wrong token, a foreign data source and a Notion that is away apart', async () => {
    expect(await codeOf(save({}, {}, { token: 'ntn_wrong' }))).toBe('notion_unauthorized');
    expect(await codeOf(save({}, {}, { dataSourceId: crypto.randomUUID() }))).toBe('notion_not_shared');
    expect(await codeOf(save({}, {}, { dataSourceId: '../users' }))).toBe('notion_not_shared');
    notion.stop();
    expect(await codeOf(save())).toBe('notion_unavailable');
  });

  test('says so when the database is in the trash', async () => {
    const notes = destination();
    const publish = () =>
      notes.publish(PAN, {
        kept: null,
        repeated: false,
        onConflict: 'ask',
        keep: async () => {},
        confirm: () => {},
        signal: AbortSignal.timeout(9000),
      });
    await publish();
    notion.dataSource.inTrash = true;
    expect(await codeOf(publish())).toBe('notion_in_trash');
    expect(await codeOf(notes.examine(AbortSignal.timeout(9000)))).toBe('notion_in_trash');
  });

  test('names a property called Destila ID of another type', async () => {
    notion.dataSource.addProperty('Destila ID', 'number');
    expect(await codeOf(save())).toBe('notion_property_type');
  });
});
