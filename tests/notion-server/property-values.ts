import { newOption, type Option, type Property } from './data-source.ts';
import { isRecord } from './limits.ts';
import { plainText } from './outline.ts';
import { invalid } from './refusal.ts';

export type Value = Record<string, unknown>;

/** What requests said of each property, by the property's id; options by their ids. */
export type Values = Record<string, Value>;

/** `2026-03-04`, or with a time. */
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * A property's value as it is kept. Options that are new are added to `added`, for the caller to keep when all of the request is right.
 * `isRelated` says whether an id is one of a page that a relation may hold.
 */
export function readValue(
  property: Property,
  value: unknown,
  added: { property: Property; option: Option }[],
  isRelated: (pageId: string) => boolean,
): Value {
  const type = isRecord(value) ? Object.keys(value).find((name) => name !== 'type') : undefined;
  if (!isRecord(value) || type !== property.type) {
    throw invalid(`${property.name} is expected to be ${property.type}.`);
  }
  const given = value[type];
  const option = (named: unknown) => ({ id: findOrAddOption(property, named, added).id });
  if (type === 'select') return { select: given === null ? null : option(given) };
  if (type === 'multi_select') return { multi_select: Array.isArray(given) ? given.map(option) : [] };
  checkGiven(property, given, isRelated);
  return value;
}

function checkGiven({ name, type }: Property, given: unknown, isRelated: (pageId: string) => boolean): void {
  if (type === 'url' && given === '') throw invalid(`${name} is not a URL.`);
  if (type === 'date' && isRecord(given) && !DATE.test(String(given.start))) {
    throw invalid(`${given.start} is not a date.`);
  }
  if (type === 'relation' && Array.isArray(given)) {
    const foreign = given.find(({ id }) => !isRelated(String(id)));
    if (foreign) throw invalid(`${foreign.id} is not a page that ${name} can relate to.`);
  }
}

/** https://developers.notion.com/reference/page-property-values#select: an option that does not exist is added. */
function findOrAddOption(property: Property, named: unknown, added: { property: Property; option: Option }[]): Option {
  const { id, name, color } = isRecord(named) ? named : {};
  const known = [...property.options, ...added.filter((one) => one.property === property).map(({ option }) => option)];
  const existing = known.find((option) => (id === undefined ? option.name === name : option.id === id));
  if (existing && color !== undefined && color !== existing.color) {
    throw invalid(`Select option color doesn't match existing for ${existing.id}.`);
  }
  if (existing) return existing;
  if (id !== undefined) throw invalid(`${id} is not an option of ${property.name}.`);
  const option = newOption({ name: String(name), ...(typeof color === 'string' && { color }) });
  added.push({ property, option });
  return option;
}

/** What a person reads there: words, a number, the names of options, the ids of pages. */
export function plainValue({ type, options }: Property, value: Value | undefined): unknown {
  const given = value?.[type];
  const nameOf = (named: unknown) => options.find(({ id }) => isRecord(named) && named.id === id)?.name ?? null;
  switch (type) {
    case 'title':
    case 'rich_text':
      return plainText(given);
    case 'select':
      return given ? nameOf(given) : null;
    case 'multi_select':
      return Array.isArray(given) ? given.map(nameOf) : [];
    case 'relation':
      return Array.isArray(given) ? given.map(({ id }) => id) : [];
    case 'date':
      return isRecord(given) ? given.start : null;
    default:
      return given ?? null;
  }
}
