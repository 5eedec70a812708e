import { DestilaError, type NotionMapping } from '@destila/contracts';
import type { Client, PageObjectResponse } from '@notionhq/client';
import { readDataSource, type Schema } from './data-source.ts';
import { proposeMapping } from './property-mapping.ts';

/** The properties that the pages of some place have, and which of them holds what. */
export interface Home {
  dataSourceId: string | null;
  schema: Schema;
  mapping: NotionMapping;
}

/** What fits by type and name is the mapping, unless the person chose one. */
export function homeIn(dataSourceId: string | null, schema: Schema, mapping?: NotionMapping | null): Home {
  return { dataSourceId, schema, mapping: mapping ?? proposeMapping(schema) };
}

/** A page stays where it is, though the person has moved it, or has chosen another database since. Null: that is in the trash. */
export async function homeOf(notion: Client, { parent }: PageObjectResponse, ours: Home): Promise<Home | null> {
  if (parent.type !== 'data_source_id') return homeIn(null, {});
  const { data_source_id } = parent;
  if (isSameId(data_source_id, ours.dataSourceId ?? '')) return ours;
  try {
    return homeIn(data_source_id, (await readDataSource(notion, data_source_id)).properties);
  } catch (error) {
    if (error instanceof DestilaError && error.code === 'notion_in_trash') return null;
    throw error;
  }
}

/** Notion takes ids with and without dashes. */
function isSameId(one: string, other: string): boolean {
  const bare = (id: string) => id.replaceAll('-', '').toLowerCase();
  return bare(one) === bare(other);
}
