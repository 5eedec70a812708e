import {
  NOTION_FIELD_NAMES,
  NOTION_FIELDS,
  type NotionDatabaseDetail,
  type NotionField,
  type NotionProperty,
  type NotionUseRequest,
} from '@destila/contracts';

/** What becomes of a part of the note: left out, kept in a property that is added for it, or in the one of that id. */
export type FieldChoice = 'none' | 'add' | `property:${string}`;

export interface MappingForm {
  fields: Record<NotionField, FieldChoice>;
  cover: boolean;
}

type FieldNames = Record<NotionField, string>;

/** As proposed. What nothing fits is added to a database that is new to the person, and stays left out of the one in use. */
export function initialForm(database: NotionDatabaseDetail, isInUse: boolean): MappingForm {
  const unfit = isInUse ? 'none' : 'add';
  return {
    fields: eachField((field) => choiceOf(mappedProperty(database, field)) ?? unfit),
    cover: database.mapping.cover,
  };
}

/** What cannot be saved any more: its property is gone or of another type, or the database that it leads to is not shared. */
export function lostFields(database: NotionDatabaseDetail): NotionField[] {
  return NOTION_FIELD_NAMES.filter((field) => database.mapping[field] !== null && !mappedProperty(database, field));
}

/** The property that holds a field, as long as it can. */
export function mappedProperty(
  { properties, mapping }: NotionDatabaseDetail,
  field: NotionField,
): NotionProperty | undefined {
  return fittingProperties(properties, field).find(({ id }) => id === mapping[field]);
}

/** The properties that can hold a field, by their types. */
export function fittingProperties(properties: readonly NotionProperty[], field: NotionField): NotionProperty[] {
  const types: readonly string[] = NOTION_FIELDS[field];
  return properties.filter(({ type }) => types.includes(type));
}

/** Whether another field is kept in that property already. */
export function isTaken({ fields }: MappingForm, choice: `property:${string}`, field: NotionField): boolean {
  return NOTION_FIELD_NAMES.some((other) => other !== field && fields[other] === choice);
}

/** A name for a property to add that the database does not have yet. */
export function addedName(properties: readonly NotionProperty[], name: string): string {
  const taken = new Set(properties.map((property) => property.name.toLowerCase()));
  const isFree = (candidate: string) => !taken.has(candidate.toLowerCase());
  if (isFree(name)) return name;
  let candidate = `${name} (Destila)`;
  for (let n = 2; !isFree(candidate); n++) candidate = `${name} (Destila ${n})`;
  return candidate;
}

/** `names` are those of the fields in the person's language. */
export function requestFrom(form: MappingForm, database: NotionDatabaseDetail, names: FieldNames): NotionUseRequest {
  const added = NOTION_FIELD_NAMES.filter((field) => form.fields[field] === 'add');
  return {
    database_id: database.id,
    mapping: { ...eachField((field) => propertyOf(form.fields[field])), cover: form.cover },
    add: Object.fromEntries(added.map((field) => [field, addedName(database.properties, names[field])])),
  };
}

function choiceOf(property: NotionProperty | undefined): FieldChoice | null {
  return property ? `property:${property.id}` : null;
}

function propertyOf(choice: FieldChoice): string | null {
  return choice.startsWith('property:') ? choice.slice('property:'.length) : null;
}

function eachField<Value>(one: (field: NotionField) => Value): Record<NotionField, Value> {
  return {
    url: one('url'),
    category: one('category'),
    tags: one('tags'),
    channel: one('channel'),
    duration: one('duration'),
    published: one('published'),
    saved: one('saved'),
  };
}
