import { isRecord } from './limits.ts';
import { invalid } from './refusal.ts';

export interface Option {
  readonly id: string;
  name: string;
  color: string;
}

export interface Property {
  readonly id: string;
  name: string;
  type: string;
  /** Of a select or a multi_select. */
  options: Option[];
  /** Of a relation: the data source that its pages are of. */
  relatedTo: string | null;
}

/** A type, or a type with what else a property of it has. */
export type PropertySpec = string | { type: string; options?: { name: string; color?: string }[]; relatedTo?: string };

/** What a person sees as a database. */
export class DataSource {
  readonly id = crypto.randomUUID();
  readonly databaseId = crypto.randomUUID();
  readonly createdAt: string;
  properties: Property[] = [];
  inTrash = false;
  /** The integration sees it and its pages. */
  shared = true;

  constructor(
    public title: string,
    /** ISO 8601. */
    public editedAt: string,
  ) {
    this.createdAt = editedAt;
  }

  findProperty(key: string): Property {
    return findProperty(this.properties, key);
  }

  addProperty(name: string, spec: PropertySpec): void {
    if (this.properties.some((property) => property.name === name)) throw invalid(`${name} exists already.`);
    const { type, options = [], relatedTo = null } = typeof spec === 'string' ? { type: spec } : spec;
    const id = type === 'title' ? 'title' : `%3A${crypto.randomUUID().slice(0, 4)}`;
    this.properties.push({ id, name, type, options: options.map(newOption), relatedTo });
  }

  /** As a person does in Notion. */
  removeProperty(key: string): void {
    const property = this.findProperty(key);
    this.properties = this.properties.filter((other) => other !== property);
  }

  /** As a person does in Notion; what pages hold there is lost to readers. */
  retypeProperty(key: string, type: string): void {
    Object.assign(this.findProperty(key), { type, options: [], relatedTo: null });
  }

  /** What an update says of the properties, by name or id. https://developers.notion.com/reference/update-data-source-properties */
  updateProperties(changes: unknown): void {
    for (const [key, change] of Object.entries(isRecord(changes) ? changes : {})) {
      if (change === null) this.removeProperty(key);
      else if (isRecord(change)) this.#updateProperty(key, change);
    }
  }

  #updateProperty(key: string, { name, description, type: _, ...config }: Record<string, unknown>): void {
    const property = lookFor(this.properties, key);
    const type = Object.keys(config)[0] ?? property?.type;
    if (!type) throw invalid(`${key} is not a property that exists.`);
    if ((type === 'title') !== (property?.type === 'title')) throw invalid('A data source has one title.');
    if (!property) this.addProperty(key, specOf(type, config[type]));
    else if (type !== property.type) this.retypeProperty(property.name, type);
    if (property && typeof name === 'string') property.name = name;
  }
}

/** By its name or its id, as requests may call it. Answers have ids percent-encoded; nothing says that requests may have them so. */
export function findProperty(properties: readonly Property[], key: string): Property {
  const property = lookFor(properties, key);
  if (!property) throw invalid(`${key} is not a property that exists.`);
  return property;
}

function lookFor(properties: readonly Property[], key: string): Property | undefined {
  return properties.find(({ id, name }) => decodeURIComponent(id) === key || name === key);
}

export function newOption({ name, color = 'default' }: { name: string; color?: string }): Option {
  return { id: crypto.randomUUID(), name, color };
}

function specOf(type: string, config: unknown): PropertySpec {
  if (!isRecord(config)) return type;
  const options = Array.isArray(config.options) ? config.options : [];
  return { type, options, ...(typeof config.data_source_id === 'string' && { relatedTo: config.data_source_id }) };
}
