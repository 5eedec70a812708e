import {
  DestilaError,
  NOTION_FIELD_NAMES,
  NOTION_FIELDS,
  type NotionField,
  type NotionMapping,
} from '@destila/contracts';
import { IMPORT_KEY_PROPERTY, type PropertySchema, type Schema } from './data-source.ts';
import { isSameName } from './same-name.ts';

/** Names under which people keep these, in the languages that Destila speaks. */
const NAMES: Record<NotionField, readonly string[]> = {
  url: ['Enlace', 'URL', 'Link', 'Vídeo'],
  category: ['Categoría', 'Category', 'Tema'],
  tags: ['Etiquetas', 'Tags'],
  channel: ['Canal', 'Channel', 'Autor', 'Author'],
  duration: ['Duración', 'Duration'],
  published: ['Publicado', 'Published', 'Fecha de publicación'],
  saved: ['Guardado', 'Saved', 'Añadido'],
};

/** What fits by type and name; for the address any property for addresses does, since hardly anybody has two. */
export function proposeMapping(schema: Schema): NotionMapping {
  const propose = (field: NotionField) => {
    const candidates = Object.values(schema).filter((property) => canHold(property, field));
    const named = candidates.find(({ name }) => NAMES[field].some((known) => isSameName(known, withoutUnit(name))));
    return (named ?? candidates.find(({ type }) => field === 'url' && type === 'url'))?.id ?? null;
  };
  return {
    url: propose('url'),
    category: propose('category'),
    tags: propose('tags'),
    channel: propose('channel'),
    duration: propose('duration'),
    published: propose('published'),
    saved: propose('saved'),
    cover: true,
  };
}

/** @throws {DestilaError} notion_property_missing, notion_property_type, or invalid_request when one is to hold two things */
export function checkMapping(schema: Schema, mapping: NotionMapping): void {
  const ids = NOTION_FIELD_NAMES.flatMap((field) => mappedProperty(schema, mapping, field)?.id ?? []);
  if (new Set(ids).size < ids.length) {
    throw new DestilaError('invalid_request', { detail: 'one property is to hold two things' });
  }
}

/** The property that holds a field. @throws {DestilaError} notion_property_missing, notion_property_type */
export function mappedProperty(schema: Schema, mapping: NotionMapping, field: NotionField): PropertySchema | null {
  const id = mapping[field];
  return id === null ? null : propertyFor(schema, field, id);
}

/** @throws {DestilaError} notion_property_missing, notion_property_type */
export function propertyFor(schema: Schema, field: NotionField, id: string): PropertySchema {
  const property = Object.values(schema).find((known) => known.id === id);
  if (!property) {
    // Notion leaves out a relation to what the integration does not see.
    const detail = `${field}: there is no property ${id}, or what it relates to is not shared`;
    throw new DestilaError('notion_property_missing', { detail });
  }
  if (!canHold(property, field)) {
    const detail = `${field}: ${property.name} is of type ${property.type}`;
    throw new DestilaError('notion_property_type', { detail });
  }
  return property;
}

function canHold({ name, type }: PropertySchema, field: NotionField): boolean {
  const types: readonly string[] = NOTION_FIELDS[field];
  return types.includes(type) && name !== IMPORT_KEY_PROPERTY;
}

/** `Duración (min)` is a duration. */
function withoutUnit(name: string): string {
  return name.replace(/\(.*$/s, '').trim();
}
