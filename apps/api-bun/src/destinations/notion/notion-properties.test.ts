import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { ErrorCode, NotionField, NotionMapping } from '@destila/contracts';
import type { DataSource, PropertySpec } from '../../../../../tests/notion-server/data-source.ts';
import { NotionServer } from '../../../../../tests/notion-server/notion-server.ts';
import type { Kept, Note } from '../destination.ts';
import { NotionDestination, type NotionOptions } from './notion-destination.ts';

let notion: NotionServer;
beforeEach(async () => {
  notion = await NotionServer.start();
});
afterEach(() => notion.stop());

const PAN: Note = {
  importKey: '11111111-1111-4111-8111-111111111111',
  title: 'Pan fácil',
  url: 'https://example.org/pan',
  isEmbeddable: false,
  coverUrl: 'https://example.org/pan.jpg',
  thumbnail: async () => null,
  markdown: 'Harina y agua\n',
  transcript: [],
  category: { name: 'Cocina', color: 'teal' },
  tags: ['pan', 'harina'],
  channel: 'La tahona, S. L.',
  published: '2026-02-03',
  durationSeconds: 754,
  language: 'es',
  savedAt: new Date('2026-03-04T05:06:07Z'),
};

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

/** A mapping to the properties of these names. */
function mapped(names: Partial<Record<NotionField, string>>): NotionMapping {
  const ids = Object.entries(names).map(([field, name]) => [field, notion.dataSource.findProperty(name).id]);
  return { ...NOTHING, ...Object.fromEntries(ids) };
}

function destination(options: Partial<NotionOptions> = {}): NotionDestination {
  const { token, dataSourceId, url: baseUrl } = notion;
  return new NotionDestination({ token, dataSourceId, baseUrl, firstDelay: 1, ...options });
}

function publish(notes: NotionDestination, note: Partial<Note> = {}, kept: Kept | null = null) {
  const signal = new AbortController().signal;
  const context = {
    kept,
    repeated: false,
    onConflict: 'ask' as const,
    keep: async () => {},
    confirm: () => {},
    signal,
  };
  return notes.publish({ ...PAN, ...note }, context);
}

async function refusal(publishing: Promise<unknown>): Promise<{ code: ErrorCode; detail: string } | null> {
  return publishing.then(
    () => null,
    (error) => ({ code: error.code, detail: error.detail }),
  );
}

function values(place = 0): Record<string, unknown> {
  return notion.valuesOf(notion.pages[place]);
}

describe('a note is written into what was mapped,', () => {
  const CASES: Record<string, { field: NotionField; spec: PropertySpec; full: unknown; empty: unknown }> = {
    'its address into an address': { field: 'url', spec: 'url', full: 'https://example.org/pan', empty: null },
    'its address into words': { field: 'url', spec: 'rich_text', full: 'https://example.org/pan', empty: '' },
    'its category into a select': { field: 'category', spec: 'select', full: 'Cocina', empty: null },
    'its tags into a multi_select': { field: 'tags', spec: 'multi_select', full: ['pan', 'harina'], empty: [] },
    'its channel into words': { field: 'channel', spec: 'rich_text', full: 'La tahona, S. L.', empty: '' },
    'its channel into a select': { field: 'channel', spec: 'select', full: 'La tahona S. L.', empty: null },
    'its duration into a number of minutes': { field: 'duration', spec: 'number', full: 12.6, empty: null },
    'its duration into words': { field: 'duration', spec: 'rich_text', full: '12:34', empty: '' },
    'the day it was published into a date': { field: 'published', spec: 'date', full: '2026-02-03', empty: null },
    'when it was saved into a date': {
      field: 'saved',
      spec: 'date',
      full: '2026-03-04T05:06:07.000Z',
      empty: '2026-03-04T05:06:07.000Z',
    },
  };
  const EMPTY = { url: null, category: null, tags: [], channel: null, durationSeconds: null, published: null };

  test.each(Object.entries(CASES))('%s, and taken out again', async (_, { field, spec, full, empty }) => {
    notion.setProperties({ Name: 'title', Propiedad: spec, Enlace: 'url', Canal: 'rich_text' });
    const notes = destination({ mapping: mapped({ [field]: 'Propiedad' }) });
    const kept = await publish(notes);
    const always = { Name: 'Pan fácil', 'Destila ID': PAN.importKey };
    expect(values()).toEqual({ ...always, Propiedad: full });
    await publish(notes, EMPTY, kept);
    expect(values()).toEqual({ ...always, Propiedad: empty });
    expect(notion.pages).toHaveLength(1);
  });

  test('by what fits where nothing was, and by nothing else where something was', async () => {
    notion.setProperties({ Nombre: 'title', Vídeo: 'url', Canal: 'rich_text', Duración: 'number', Publicado: 'date' });
    await publish(destination({ mapping: null }));
    await publish(destination({ mapping: NOTHING }));
    expect(values(0)).toMatchObject({ Vídeo: PAN.url, Canal: PAN.channel, Duración: 12.6, Publicado: '2026-02-03' });
    expect(values(1)).toEqual({ Nombre: 'Pan fácil', 'Destila ID': PAN.importKey });
  });

  test('by its id, so that a person may give it another name', async () => {
    const notes = destination({ mapping: mapped({ url: 'Enlace' }) });
    const kept = await publish(notes);
    notion.dataSource.findProperty('Enlace').name = 'Dónde verlo';
    await publish(notes, { url: 'https://example.org/otro' }, kept);
    expect(values()).toMatchObject({ 'Dónde verlo': 'https://example.org/otro' });
  });

  test('with the picture as its cover, unless that is not wanted', async () => {
    const thumbnail = () => Promise.reject(new Error('read in vain'));
    await publish(destination({ mapping: NOTHING }), { thumbnail });
    await publish(destination({ mapping: { ...NOTHING, cover: false } }), { thumbnail, coverUrl: null });
    expect(notion.pages.map(({ cover }) => cover)).toEqual([
      { external: { url: 'https://example.org/pan.jpg' } },
      null,
    ]);
  });
});

describe('a property that was mapped', () => {
  const taken: Record<string, [(source: DataSource) => void, ErrorCode]> = {
    'and removed': [(source) => source.removeProperty('Canal'), 'notion_property_missing'],
    'and given a type that cannot hold it': [
      (source) => source.retypeProperty('Canal', 'checkbox'),
      'notion_property_type',
    ],
  };

  test.each(Object.entries(taken))('%s is named, also when it was known from before', async (_, [take, code]) => {
    notion.dataSource.addProperty('Canal', 'rich_text');
    const mapping = mapped({ channel: 'Canal' });
    const notes = destination({ mapping });
    await publish(notes);
    take(notion.dataSource);
    const expected = { code, detail: expect.stringContaining('channel') };
    expect(await refusal(publish(notes))).toEqual(expected);
    expect(await refusal(publish(destination({ mapping })))).toEqual(expected);
    expect(await refusal(destination({ mapping }).examine(new AbortController().signal))).toEqual(expected);
    expect(notion.pages).toHaveLength(1);
  });

  test('and given another type that can hold it is written as that', async () => {
    notion.dataSource.addProperty('Canal', 'rich_text');
    const notes = destination({ mapping: mapped({ channel: 'Canal' }) });
    const kept = await publish(notes);
    notion.dataSource.retypeProperty('Canal', 'select');
    await publish(notes, {}, kept);
    expect(values()).toMatchObject({ Canal: 'La tahona S. L.' });
  });

  test.each(Object.entries(taken))('%s and brought back is written at once', async (_, [take]) => {
    notion.dataSource.addProperty('Canal', 'rich_text');
    const before = structuredClone(notion.dataSource.properties);
    const notes = destination({ mapping: mapped({ channel: 'Canal' }) });
    take(notion.dataSource);
    expect(await refusal(publish(notes))).not.toBeNull();
    notion.dataSource.properties = before;
    await publish(notes);
    expect(values()).toMatchObject({ Canal: PAN.channel });
  });
});

describe('a category in a select', () => {
  test('is an option that exists, whatever its case, accents and colour', async () => {
    const options = [{ name: 'ecología', color: 'pink' }];
    notion.setProperties({ Name: 'title', Tema: { type: 'select', options } });
    await publish(destination(), { category: { name: 'Ecologia', color: 'red' } });
    expect(values()).toMatchObject({ Tema: 'ecología' });
    expect(notion.dataSource.findProperty('Tema').options).toMatchObject(options);
  });

  test('is added in its colour where it is new, and keeps that although the category gets another one', async () => {
    const notes = destination();
    await publish(notes);
    const added = [{ name: 'Cocina', color: 'green' }];
    expect(notion.dataSource.findProperty('Categoría').options).toMatchObject(added);
    await publish(notes, { importKey: 'otra', category: { name: 'Cocina', color: 'red' } });
    expect(notion.dataSource.findProperty('Categoría').options).toMatchObject(added);
    expect(notion.pages).toHaveLength(2);
  });

  test('is not mistaken for another word', async () => {
    notion.setProperties({ Name: 'title', Tema: { type: 'select', options: [{ name: 'ano' }] } });
    await publish(destination(), { category: { name: 'Año', color: 'red' } });
    expect(values()).toMatchObject({ Tema: 'Año' });
  });
});

describe('a category in a relation', () => {
  let topics: DataSource;
  beforeEach(() => {
    topics = notion.addDataSource('Temas', { Nombre: 'title' });
    notion.setProperties({ Name: 'title', Tema: { type: 'relation', relatedTo: topics.id } });
  });

  /** The titles of the pages of topics, and which of them each note relates to. */
  function related() {
    const titles = notion.workspace.pagesOf(topics).map((page) => notion.workspace.titleOf(page));
    const ids = notion.workspace.pagesOf(topics).map(({ id }) => id);
    const notes = notion.workspace.pagesOf(notion.dataSource);
    const places = notes.map((page) => [notion.valuesOf(page).Tema].flat().map((id) => ids.indexOf(String(id))));
    return { titles, places };
  }

  function addTopic(title: string) {
    return notion.workspace.createPage(topics, { properties: { Nombre: { title: [{ text: { content: title } }] } } });
  }

  test('is the page of that title, not one that was thrown away', async () => {
    addTopic('Cocina').inTrash = true;
    addTopic('Costura');
    addTopic('Cocina');
    await publish(destination());
    expect(related()).toEqual({ titles: ['Cocina', 'Costura', 'Cocina'], places: [[2]] });
  });

  test('is made where there is none, once, and looked for once', async () => {
    const notes = destination();
    await publish(notes);
    notion.requests.length = 0;
    await publish(notes);
    expect(notion.requests).toEqual(['POST /v1/pages']);
    await publish(destination());
    expect(related()).toEqual({ titles: ['Cocina'], places: [[0], [0], [0]] });
  });

  test('is made once although the answer was lost', async () => {
    notion.failNext('POST /v1/pages', { kind: 'dropped', when: 'after' });
    await publish(destination());
    expect(related()).toEqual({ titles: ['Cocina'], places: [[0]] });
  });

  test('is made once although two notes need it at the same moment, and one of them is cut off', async () => {
    const notes = destination();
    await Promise.all([publish(notes), publish(notes)]);
    expect(related()).toEqual({ titles: ['Cocina'], places: [[0], [0]] });

    const category = { name: 'Costura', color: 'red' } as const;
    notion.failNext('POST /v1/data_sources/:id/query', { kind: 'refused', status: 401, code: 'unauthorized' });
    const [cutOff, other] = await Promise.allSettled([publish(notes, { category }), publish(notes, { category })]);
    expect([cutOff.status, other.status]).toEqual(['rejected', 'fulfilled']);
    expect(related().titles).toEqual(['Cocina', 'Costura']);
  });

  test('is none without a category, and takes no request then', async () => {
    await publish(destination(), { category: null });
    expect(related()).toEqual({ titles: [], places: [[]] });
    expect(notion.requests).not.toContain('POST /v1/data_sources/:id/query');
  });

  test('that leads to what is not shared says so', async () => {
    const notes = destination({ mapping: mapped({ category: 'Tema' }) });
    await publish(notes, { category: null });
    topics.shared = false;
    expect(await refusal(publish(notes))).toEqual({
      code: 'notion_not_shared',
      detail: expect.stringContaining('the category relates to'),
    });
    expect(notion.pages).toHaveLength(1);
  });
});

describe('a page that stands elsewhere', () => {
  test('since another database was chosen is updated where it is, in the properties that fit there', async () => {
    const notes = destination({ mapping: mapped({ url: 'Enlace' }) });
    const kept = await publish(notes);
    const options = [{ name: 'Cocina', color: 'pink' }];
    const other = notion.addDataSource('Otra', {
      Name: 'title',
      Tema: { type: 'select', options },
      Canal: 'rich_text',
    });
    const mapping = { ...NOTHING, category: other.findProperty('Tema').id };
    const moved = destination({ dataSourceId: other.id, mapping });
    const again = await publish(moved, { title: 'Pan mejor' }, kept);
    expect(again.externalId).toBe(kept.externalId);
    expect(notion.pages).toHaveLength(1);
    expect(values()).toMatchObject({ Nombre: 'Pan mejor', Categoría: 'Cocina', Etiquetas: ['pan', 'harina'] });
  });

  test('since its person moved it there is updated there, for one request more', async () => {
    const notes = destination({ mapping: mapped({ url: 'Enlace' }) });
    const kept = await publish(notes);
    const other = notion.addDataSource('Otra', { Name: 'title', Channel: 'select', Nota: 'number' });
    move(other);
    notion.requests.length = 0;
    await publish(notes, { title: 'Pan mejor' }, kept);
    expect(values()).toEqual({ Name: 'Pan mejor', Channel: 'La tahona S. L.' });
    expect(notion.requests).toEqual(['GET /v1/pages/:id', 'GET /v1/data_sources/:id', 'PATCH /v1/pages/:id']);
  });

  test('in no database has its title updated', async () => {
    const notes = destination();
    const kept = await publish(notes);
    move(null);
    await publish(notes, { title: 'Pan mejor' }, kept);
    expect(values()).toEqual({ title: 'Pan mejor' });
  });

  test('in a database that was thrown away is made anew in the one that is chosen now', async () => {
    const kept = await publish(destination());
    const other = notion.addDataSource('Otra', { Name: 'title' });
    notion.dataSource.inTrash = true;
    await publish(destination({ dataSourceId: other.id }), {}, kept);
    expect(notion.workspace.pagesOf(other).map((page) => notion.workspace.titleOf(page))).toEqual(['Pan fácil']);
  });

  test('is told apart by its id, whether that is written with dashes or without', async () => {
    notion.setProperties({ Name: 'title', Propia: 'url', Ajena: 'url' });
    const dataSourceId = notion.dataSourceId.replaceAll('-', '').toUpperCase();
    const notes = destination({ dataSourceId, mapping: mapped({ url: 'Ajena' }) });
    await publish(notes, {}, await publish(notes));
    expect(values()).toMatchObject({ Ajena: PAN.url });
    expect(values()).not.toHaveProperty('Propia');
  });

  /** As its person does; that is no change of what it says. */
  function move(target: DataSource | null): void {
    const [page] = notion.pages;
    if (!page) throw new Error('there is no page');
    notion.workspace.movePage(page, target);
    notion.workspace.touch(page);
  }
});
