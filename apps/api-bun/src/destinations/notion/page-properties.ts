import { formatTimestamp, NOTION_FIELD_NAMES, type NotionField } from '@destila/contracts';
import type { CreatePageParameters } from '@notionhq/client';
import type { Note } from '../destination.ts';
import { IMPORT_KEY_PROPERTY, type PropertySchema } from './data-source.ts';
import type { Home } from './page-home.ts';
import { mappedProperty } from './property-mapping.ts';
import { categoryOption, optionValues } from './select-options.ts';

/** Characters of a text and of an address. https://developers.notion.com/reference/request-limits */
const MAX_TEXT = 2000;
/** The id of every title, also of a page that stands in no data source. https://developers.notion.com/reference/property-object */
export const TITLE = 'title';

export type PageProperties = NonNullable<CreatePageParameters['properties']>;
type PropertyValue = PageProperties[string];

/**
 * The note's properties at its place, by their names: ids come percent-encoded, and Notion does not say that requests may have them so
 * (seratch/notion-sdk-jvm#75). `categoryPage` is the page that stands for the category where that is a relation.
 * @throws {DestilaError} notion_property_missing, notion_property_type
 */
export function pageProperties({ schema, mapping }: Home, note: Note, categoryPage: string | null): PageProperties {
  const title = Object.values(schema).find(({ type }) => type === 'title')?.name ?? TITLE;
  const properties: PageProperties = { [title]: { title: texts(note.title) } };
  if (schema[IMPORT_KEY_PROPERTY]?.type === 'rich_text') {
    properties[IMPORT_KEY_PROPERTY] = { rich_text: texts(note.importKey) };
  }
  for (const field of NOTION_FIELD_NAMES) {
    const property = mappedProperty(schema, mapping, field);
    if (property) properties[property.name] = VALUES[field](property, note, categoryPage);
  }
  return properties;
}

const VALUES: Record<
  NotionField,
  (property: PropertySchema, note: Note, categoryPage: string | null) => PropertyValue
> = {
  url: ({ type }, { url }) => (type === 'url' ? { url: fitting(url) } : { rich_text: linkTo(fitting(url)) }),
  category: (property, { category }, categoryPage) =>
    property.type === 'select'
      ? { select: categoryOption(property.select.options, category) }
      : { relation: categoryPage === null ? [] : [{ id: categoryPage }] },
  tags: (property, { tags }) => ({
    multi_select: optionValues(property.type === 'multi_select' ? property.multi_select.options : [], tags),
  }),
  channel: (property, { channel }) =>
    property.type === 'select'
      ? { select: optionValues(property.select.options, [channel ?? ''])[0] ?? null }
      : { rich_text: texts(channel) },
  duration: ({ type }, note) => (type === 'number' ? { number: minutes(note) } : { rich_text: texts(clock(note)) }),
  published: (_, { published }) => ({ date: published === null ? null : { start: published } }),
  saved: (_, { savedAt }) => ({ date: { start: savedAt.toISOString() } }),
};

export function texts(value: string | null) {
  return value === null ? [] : [{ text: { content: value.slice(0, MAX_TEXT).toWellFormed() } }];
}

function linkTo(url: string | null) {
  return url === null ? [] : [{ text: { content: url, link: { url } } }];
}

/** An address that was cut would lead elsewhere. */
function fitting(url: string | null): string | null {
  return url !== null && url.length <= MAX_TEXT ? url : null;
}

/** With one decimal. */
function minutes({ durationSeconds }: Note): number | null {
  return durationSeconds === null ? null : Math.round(durationSeconds / 6) / 10;
}

function clock({ durationSeconds }: Note): string | null {
  return durationSeconds === null ? null : formatTimestamp(durationSeconds);
}
