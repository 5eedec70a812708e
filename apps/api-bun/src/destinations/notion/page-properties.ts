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

type Schema = DataSourceObjectResponse['properties'];
export type PageProperties = NonNullable<CreatePageParameters['properties']>;

/** The data source's properties, with the one for the import key added if it lacked it. */
export async function propertiesOf(notion: Client, dataSourceId: string): Promise<Schema> {
  const dataSource = await notion.dataSources.retrieve({ data_source_id: dataSourceId });
  if (!isFullDataSource(dataSource))
    throw new DestilaError('notion_not_shared', { detail: 'its properties are hidden' });
  const property = dataSource.properties[IMPORT_KEY_PROPERTY];
  if (!property) {
    await notion.dataSources.update({
      data_source_id: dataSourceId,
      properties: { [IMPORT_KEY_PROPERTY]: { rich_text: {} } },
    });
  } else if (property.type !== 'rich_text') {
    throw new DestilaError('notion_rejected', { detail: `the property "${IMPORT_KEY_PROPERTY}" must be of type text` });
  }
  return dataSource.properties;
}

/** The note's properties, in those of the data source that can hold them: by type, and by name where types are not enough. */
export function pageProperties(schema: Schema, note: Note): PageProperties {
  const properties: PageProperties = {
    [nameOf(schema, 'title') ?? 'title']: { title: [{ text: { content: note.title.slice(0, MAX_TEXT) } }] },
    [IMPORT_KEY_PROPERTY]: { rich_text: [{ text: { content: note.importKey } }] },
  };
  const url = nameOf(schema, 'url');
  if (url) properties[url] = { url: note.url !== null && note.url.length <= MAX_TEXT ? note.url : null };
  const category = nameOf(schema, 'select', CATEGORY_NAMES);
  if (category) properties[category] = { select: note.category === null ? null : { name: optionName(note.category) } };
  const tags = nameOf(schema, 'multi_select', TAG_NAMES);
  if (tags) properties[tags] = { multi_select: optionNames(note.tags).map((name) => ({ name })) };
  return properties;
}

function nameOf(schema: Schema, type: string, names?: readonly string[]): string | undefined {
  const candidates = Object.values(schema).filter((property) => property.type === type);
  return candidates.find(({ name }) => !names || names.includes(folded(name)))?.name;
}

function folded(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase();
}

function optionNames(tags: readonly string[]): string[] {
  return [...new Map(tags.map(optionName).map((name) => [name.toLowerCase(), name])).values()].slice(0, MAX_OPTIONS);
}

/** Notion takes no comma in the name of an option. */
function optionName(name: string): string {
  return name.replaceAll(',', ' ').replaceAll(/\s+/g, ' ').trim().slice(0, MAX_OPTION);
}
