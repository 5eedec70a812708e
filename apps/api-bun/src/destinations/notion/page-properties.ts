import { DestilaError } from '@destila/contracts';
import {
  type Client,
  type CreatePageParameters,
  type DataSourceObjectResponse,
  isFullDataSource,
} from '@notionhq/client';
import type { Note } from '../destination.ts';

/** Where a page keeps its note's import key, so that a page is found although the answer that named it was lost. */
export const IMPORT_KEY_PROPERTY = 'Destila ID';

/** Names under which people keep these, in the languages that Destila speaks; without regard to case or accents. */
const CATEGORY_NAMES = ['categoria', 'category'];
const TAG_NAMES = ['etiquetas', 'tags'];
/** Characters of an option's name, options of a property, characters of a URL: https://developers.notion.com/reference/request-limits */
const MAX_OPTION = 100;
const MAX_OPTIONS = 100;
const MAX_TEXT = 2000;

export type Schema = DataSourceObjectResponse['properties'];
export type PageProperties = NonNullable<CreatePageParameters['properties']>;

/** The data source's properties, with the one for the import key added if it lacked it. */
export async function propertiesOf(notion: Client, dataSourceId: string): Promise<Schema> {
  const dataSource = await notion.dataSources.retrieve({ data_source_id: dataSourceId });
  if (!isFullDataSource(dataSource)) {
    throw new DestilaError('notion_not_shared', { detail: 'its properties are hidden' });
  }
  if (dataSource.in_trash) throw new DestilaError('notion_in_trash');
  const property = dataSource.properties[IMPORT_KEY_PROPERTY];
  if (property && property.type !== 'rich_text') {
    throw new DestilaError('notion_property_type', { detail: `${IMPORT_KEY_PROPERTY} is of type ${property.type}` });
  }
  return property ? dataSource.properties : addImportKey(notion, dataSourceId);
}

async function addImportKey(notion: Client, dataSourceId: string): Promise<Schema> {
  const dataSource = await notion.dataSources.update({
    data_source_id: dataSourceId,
    properties: { [IMPORT_KEY_PROPERTY]: { rich_text: {} } },
  });
  if (!isFullDataSource(dataSource)) {
    throw new DestilaError('notion_not_shared', { detail: 'its properties are hidden' });
  }
  return dataSource.properties;
}

/**
 * The note's properties, in those of the data source that can hold them: by type, and by name where types are not enough. They are
 * called by their ids, which outlive a new name.
 */
export function pageProperties(schema: Schema, note: Note): PageProperties {
  const properties: PageProperties = {
    [idOf(schema, 'title') ?? 'title']: {
      title: [{ text: { content: note.title.toWellFormed().slice(0, MAX_TEXT) } }],
    },
    [idOf(schema, 'rich_text', [folded(IMPORT_KEY_PROPERTY)]) ?? IMPORT_KEY_PROPERTY]: {
      rich_text: [{ text: { content: note.importKey } }],
    },
  };
  const url = idOf(schema, 'url');
  if (url) properties[url] = { url: note.url !== null && note.url.length <= MAX_TEXT ? note.url : null };
  const category = idOf(schema, 'select', CATEGORY_NAMES);
  if (category)
    properties[category] = { select: optionNames(note.category ?? '').map((name) => ({ name }))[0] ?? null };
  const tags = idOf(schema, 'multi_select', TAG_NAMES);
  if (tags) properties[tags] = { multi_select: optionNames(...note.tags).map((name) => ({ name })) };
  return properties;
}

function idOf(schema: Schema, type: string, names?: readonly string[]): string | undefined {
  const candidates = Object.values(schema).filter((property) => property.type === type);
  return candidates.find(({ name }) => !names || names.includes(folded(name)))?.id;
}

function folded(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase();
}

/** Each once, whatever its case; those that come to nothing are left out. */
function optionNames(...names: string[]): string[] {
  const known = names.map(optionName).filter((name) => name !== '');
  return [...new Map(known.map((name) => [name.toLowerCase(), name])).values()].slice(0, MAX_OPTIONS);
}

/** Notion takes no comma in the name of an option. */
function optionName(name: string): string {
  const words = name.toWellFormed().replaceAll(',', ' ').replaceAll(/\s+/g, ' ').trim();
  return words.slice(0, MAX_OPTION).trim().toWellFormed();
}
