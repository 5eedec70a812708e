import {
  type Category,
  DestilaError,
  NOTION_FIELD_NAMES,
  NOTION_FIELDS,
  type NotionDatabase,
  type NotionDatabaseDetail,
  type NotionField,
  type NotionMapping,
  type NotionUseRequest,
} from '@destila/contracts';
import { isFullDataSource, iteratePaginatedAPI } from '@notionhq/client';
import { listCategoryTitles } from './category-pages.ts';
import {
  addProperties,
  type DataSource,
  IMPORT_KEY_PROPERTY,
  type NewProperties,
  type PropertySchema,
  readDataSource,
  type Schema,
} from './data-source.ts';
import { type Connection, withNotion } from './notion-client.ts';
import { checkMapping, propertyFor, proposeMapping } from './property-mapping.ts';
import { isSameName } from './same-name.ts';
import { categoryColor } from './select-options.ts';

/** So many are told of at most. */
const MAX_DATABASES = 500;
const MAX_CATEGORIES = 200;

type FoundCategory = Pick<Category, 'name' | 'color'>;

/** Makes sure that Notion takes a token. @throws {DestilaError} notion_unauthorized, notion_unavailable, notion_busy … */
export function checkToken(connection: Connection, signal: AbortSignal): Promise<void> {
  return withNotion(connection, signal, async (notion) => {
    await notion.users.me({});
  });
}

/** The data sources that the token sees, last edited first; Notion leaves out those in the trash. At most 500. @throws {DestilaError} */
export function listDatabases(connection: Connection, signal: AbortSignal): Promise<NotionDatabase[]> {
  return withNotion(connection, signal, async (notion) => {
    const databases: NotionDatabase[] = [];
    const found = iteratePaginatedAPI(notion.search, {
      filter: { property: 'object', value: 'data_source' },
      sort: { timestamp: 'last_edited_time', direction: 'descending' },
    });
    for await (const result of found) {
      if (result.object === 'data_source' && isFullDataSource(result)) {
        databases.push(databaseOf(result));
      }
      if (databases.length === MAX_DATABASES) break;
    }
    return databases;
  });
}

/** Its properties, and what fits of them by type and name. @throws {DestilaError} notion_not_shared, notion_in_trash … */
export function describeDatabase(
  connection: Connection,
  id: string,
  signal: AbortSignal,
): Promise<NotionDatabaseDetail> {
  return withNotion(connection, signal, async (notion) => {
    const dataSource = await readDataSource(notion, id);
    const properties = Object.values(dataSource.properties)
      .filter(({ name }) => name !== IMPORT_KEY_PROPERTY)
      .map(({ id, name, type }) => ({ id, name, type }));
    return { ...databaseOf(dataSource), properties, mapping: proposeMapping(dataSource.properties) };
  });
}

/**
 * Checks a mapping, and adds the properties asked for and the one for the import key. A property that exists under a name asked for is
 * taken, so that twice is as good as once. Gives the mapping with what was added.
 * @throws {DestilaError} notion_property_missing, notion_property_type, notion_forbidden, invalid_request …
 */
export function prepareDatabase(
  connection: Connection,
  { database_id, mapping, add }: NotionUseRequest,
  signal: AbortSignal,
): Promise<{ database: NotionDatabase; mapping: NotionMapping }> {
  return withNotion(connection, signal, async (notion) => {
    const dataSource = await readDataSource(notion, database_id);
    const asked = NOTION_FIELD_NAMES.flatMap((field) =>
      add[field] === undefined ? [] : [{ field, name: add[field] }],
    );
    checkMapping(dataSource.properties, withAsked(mapping, asked, dataSource.properties));
    const schema = await addProperties(notion, dataSource, newProperties(asked, dataSource.properties));
    const complete = withAsked(mapping, asked, schema);
    checkMapping(schema, complete);
    return { database: databaseOf(dataSource), mapping: complete };
  });
}

/**
 * Names and colours of what the mapped category property holds already: a select's options, or the pages of the related data source
 * (at most 200). @throws {DestilaError} notion_property_missing, notion_property_type, notion_not_shared …
 */
export function listCategories(
  connection: Connection,
  databaseId: string,
  propertyId: string,
  signal: AbortSignal,
): Promise<FoundCategory[]> {
  return withNotion(connection, signal, async (notion) => {
    const { properties } = await readDataSource(notion, databaseId);
    const property = propertyFor(properties, 'category', propertyId);
    if (property.type === 'select') {
      return property.select.options.map(({ name, color }) => ({ name, color: categoryColor(color) }));
    }
    if (property.type !== 'relation') return [];
    const titles = await listCategoryTitles(notion, property.relation.data_source_id, MAX_CATEGORIES);
    return titles.map((name) => ({ name, color: 'gray' }));
  });
}

interface Asked {
  field: NotionField;
  name: string;
}

/** The mapping with the properties asked for, as far as they exist. */
function withAsked(mapping: NotionMapping, asked: readonly Asked[], schema: Schema): NotionMapping {
  const complete = { ...mapping };
  for (const { field, name } of asked) complete[field] = propertyNamed(schema, name)?.id ?? null;
  return complete;
}

const NEW_PROPERTIES = {
  url: { url: {} },
  select: { select: {} },
  multi_select: { multi_select: {} },
  rich_text: { rich_text: {} },
  number: { number: {} },
  date: { date: {} },
} as const satisfies Record<string, NewProperties[string]>;

function newProperties(asked: readonly Asked[], schema: Schema): NewProperties {
  const missing = asked.filter(({ name }) => !propertyNamed(schema, name));
  const isTwice = ({ name }: Asked, place: number) => missing.findIndex((one) => isSameName(one.name, name)) < place;
  if (missing.some(isTwice)) throw new DestilaError('invalid_request', { detail: 'one name is asked for twice' });
  return Object.fromEntries(missing.map(({ field, name }) => [name, NEW_PROPERTIES[NOTION_FIELDS[field][0]]]));
}

/** Without regard to case: a property of nearly the same name is hardly meant to be another one. */
function propertyNamed(schema: Schema, name: string): PropertySchema | undefined {
  return Object.values(schema).find((property) => isSameName(property.name, name));
}

function databaseOf({ id, title, url }: DataSource): NotionDatabase {
  return { id, title: title.map(({ plain_text }) => plain_text).join(''), url };
}
