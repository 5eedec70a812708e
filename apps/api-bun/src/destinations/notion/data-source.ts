import { DestilaError } from '@destila/contracts';
import {
  type Client,
  type DataSourceObjectResponse,
  isFullDataSource,
  type UpdateDataSourceParameters,
} from '@notionhq/client';

/** Where a page keeps its note's import key, so that a page is found although the answer that named it was lost. */
export const IMPORT_KEY_PROPERTY = 'Destila ID';

export type DataSource = DataSourceObjectResponse;
/** The properties of a data source by their names. */
export type Schema = DataSource['properties'];
export type PropertySchema = Schema[string];
/** Properties that a data source is to get, by their names. */
export type NewProperties = NonNullable<UpdateDataSourceParameters['properties']>;

/** @throws {DestilaError} notion_in_trash, or notion_not_shared when its properties are hidden */
export async function readDataSource(notion: Client, id: string): Promise<DataSource> {
  const dataSource = full(await notion.dataSources.retrieve({ data_source_id: id }));
  if (dataSource.in_trash) throw new DestilaError('notion_in_trash');
  return dataSource;
}

/**
 * Adds properties, and the one for the import key where it is missing; gives the schema with them. A property that exists under one
 * of the names would get another type.
 */
export async function addProperties(
  notion: Client,
  { id, properties }: DataSource,
  added: NewProperties = {},
): Promise<Schema> {
  const missing = hasImportKey(properties) ? added : { ...added, [IMPORT_KEY_PROPERTY]: { rich_text: {} } };
  if (Object.keys(missing).length === 0) return properties;
  return full(await notion.dataSources.update({ data_source_id: id, properties: missing })).properties;
}

/** @throws {DestilaError} notion_property_type */
function hasImportKey(schema: Schema): boolean {
  const property = schema[IMPORT_KEY_PROPERTY];
  if (property && property.type !== 'rich_text') {
    throw new DestilaError('notion_property_type', { detail: `${IMPORT_KEY_PROPERTY} is of type ${property.type}` });
  }
  return property !== undefined;
}

function full(dataSource: Parameters<typeof isFullDataSource>[0]): DataSource {
  if (isFullDataSource(dataSource)) return dataSource;
  throw new DestilaError('notion_not_shared', { detail: 'its properties are hidden' });
}
