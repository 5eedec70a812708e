import { expect, test } from 'bun:test';
import { type NotionDatabaseDetail, type NotionMapping, notionUseRequestSchema } from '@destila/contracts';
import { addedName, fittingProperties, initialForm, isTaken, lostFields, requestFrom } from './notion-mapping.ts';

const NAMES = {
  url: 'Enlace',
  category: 'Categoría',
  tags: 'Etiquetas',
  channel: 'Canal',
  duration: 'Duración',
  published: 'Publicado',
  saved: 'Guardado',
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

function aDatabase(mapping: Partial<NotionMapping> = {}): NotionDatabaseDetail {
  return {
    id: 'db',
    title: 'Vídeos',
    url: 'https://www.notion.so/db',
    properties: [
      { id: 'title', name: 'Nombre', type: 'title' },
      { id: 'a', name: 'Enlace', type: 'url' },
      { id: 'b', name: 'Autor', type: 'rich_text' },
      { id: 'c', name: 'canal', type: 'checkbox' },
    ],
    mapping: { ...NOTHING, ...mapping },
  };
}

test('a database that is chosen for the first time gets what it lacks; of the one in use, what was left out stays out', () => {
  const database = aDatabase({ url: 'a' });
  expect(initialForm(database, false).fields).toMatchObject({ url: 'property:a', tags: 'add', saved: 'add' });
  expect(initialForm(database, true).fields).toMatchObject({ url: 'property:a', tags: 'none', saved: 'none' });
});

test('a property that is gone, or of another type by now, is named, and is not sent again', () => {
  const database = aDatabase({ url: 'a', tags: 'gone', duration: 'c' });
  expect(lostFields(database)).toEqual(['tags', 'duration']);
  const { mapping } = requestFrom(initialForm(database, true), database, NAMES);
  expect(mapping).toEqual({ ...NOTHING, url: 'a' });
});

test('only properties of a type that holds the field are offered', () => {
  const { properties } = aDatabase();
  const names = (field: 'url' | 'channel' | 'tags') => fittingProperties(properties, field).map(({ name }) => name);
  expect(names('url')).toEqual(['Enlace', 'Autor']);
  expect(names('channel')).toEqual(['Autor']);
  expect(names('tags')).toEqual([]);
});

test('a property holds one field only, and any number of fields may be added or left out', () => {
  const form = initialForm(aDatabase({ channel: 'b' }), false);
  expect(isTaken(form, 'property:b', 'url')).toBeTrue();
  expect(isTaken(form, 'property:b', 'channel')).toBeFalse();
});

test('an added property gets a name that the database does not have, in whatever case', () => {
  const { properties } = aDatabase();
  expect(addedName(properties, 'Etiquetas')).toBe('Etiquetas');
  expect(addedName(properties, 'Canal')).toBe('Canal (Destila)');
  const again = { id: 'd', name: 'Canal (Destila)', type: 'checkbox' };
  expect(addedName([...properties, again], 'Canal')).toBe('Canal (Destila 2)');
});

test('the request names the properties by id, and those to add by the names of the person', () => {
  const database = aDatabase({ url: 'a', cover: false });
  const form = initialForm(database, true);
  const request = requestFrom({ ...form, fields: { ...form.fields, channel: 'add' } }, database, NAMES);
  expect(request).toEqual({
    database_id: 'db',
    mapping: { ...NOTHING, url: 'a', cover: false },
    add: { channel: 'Canal (Destila)' },
  });
  expect(notionUseRequestSchema.parse(request)).toEqual(request);
});
