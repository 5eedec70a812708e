import { checkRowWidth, isRecord } from './limits.ts';
import { invalid, notFound } from './refusal.ts';

export interface Stamp {
  createdAt: string;
  createdBy: string;
  editedAt: string;
  editedBy: string;
}

export interface StoredBlock extends Stamp {
  readonly id: string;
  readonly type: string;
  /** What the request said of it, without its children. */
  content: Record<string, unknown>;
  children: StoredBlock[];
}

export interface StoredPage extends Stamp {
  readonly id: string;
  inTrash: boolean;
  /** What requests said of each property, by the property's id. */
  properties: Record<string, Record<string, unknown>>;
  icon: unknown;
  cover: unknown;
  children: StoredBlock[];
}

export interface Property {
  readonly id: string;
  name: string;
  type: string;
}

const NO_CHILDREN = new Set(['code', 'divider', 'equation', 'bookmark', 'embed', 'video', 'image', 'table_row']);

/** What is kept: one data source with its pages and their blocks. */
export class Workspace {
  readonly dataSourceId = crypto.randomUUID();
  readonly databaseId = crypto.randomUUID();
  readonly botId = crypto.randomUUID();
  readonly personId = crypto.randomUUID();
  properties: Property[] = [];
  /** The database was thrown away. */
  inTrash = false;
  readonly pages: StoredPage[] = [];
  /** Every page and block by its id, with what it stands in. */
  readonly #homes = new Map<
    string,
    { page: StoredPage; block: StoredBlock | null; parent: StoredPage | StoredBlock | null }
  >();

  constructor(readonly now: () => Date) {}

  addProperty(name: string, type: string): void {
    if (this.properties.some((property) => property.name === name)) throw invalid(`${name} exists already.`);
    this.properties.push({ id: crypto.randomUUID().slice(0, 4), name, type });
  }

  /** By its name or its id, as requests may call it. */
  findProperty(key: string): Property {
    const property = this.properties.find(({ id, name }) => id === key || name === key);
    if (!property) throw invalid(`${key} is not a property that exists.`);
    return property;
  }

  checkDataSource(id: string): void {
    if (undashed(id) !== undashed(this.dataSourceId)) throw notFound('data_source', id);
  }

  findPage(id: string): StoredPage {
    const { page, block } = this.#homes.get(undashed(id)) ?? { page: null, block: null };
    if (!page || block) throw notFound('page', id);
    return page;
  }

  createPage(body: Record<string, unknown>): StoredPage {
    if (this.inTrash) throw archived();
    const page: StoredPage = {
      ...this.#stamp(this.botId),
      id: crypto.randomUUID(),
      inTrash: false,
      properties: {},
      icon: null,
      cover: null,
      children: [],
    };
    this.#setProperties(page, body.properties);
    page.icon = body.icon ?? null;
    page.cover = body.cover ?? null;
    const children = this.#readBlocks(body.children ?? body.content ?? [], 1);
    this.pages.push(page);
    this.#homes.set(undashed(page.id), { page, block: null, parent: null });
    this.#insert(page, page, children, 0);
    return page;
  }

  updatePage(id: string, body: Record<string, unknown>): StoredPage {
    const page = this.findPage(id);
    const inTrash = body.in_trash ?? body.archived;
    if (this.inTrash || (page.inTrash && inTrash !== false)) throw archived();
    this.#setProperties(page, body.properties);
    if (body.icon !== undefined) page.icon = body.icon;
    if (body.cover !== undefined) page.cover = body.cover;
    if (typeof inTrash === 'boolean') page.inTrash = inTrash;
    if (body.erase_content === true) this.#forget(page.children.splice(0));
    this.touch(page);
    return page;
  }

  /** The children of a page or a block, and the page they are of. */
  childrenOf(id: string): { page: StoredPage; children: StoredBlock[]; parent: StoredPage | StoredBlock } {
    const home = this.#homes.get(undashed(id));
    if (!home) throw notFound('block', id);
    const parent = home.block ?? home.page;
    return { page: home.page, children: parent.children, parent };
  }

  /** Puts blocks into a page or a block. `by` is who does it: the integration, unless a test says a person does. */
  append(id: string, children: unknown, position: unknown, by: string = this.botId): StoredBlock[] {
    const { page, parent } = this.childrenOf(id);
    if (page.inTrash || this.inTrash) throw archived();
    if ('type' in parent) {
      if (NO_CHILDREN.has(parent.type)) throw invalid(`${parent.type} blocks do not support children.`);
      if (/^heading/.test(parent.type) && parent.content.is_toggleable !== true) {
        throw invalid('Only toggleable headings support children.');
      }
      if (parent.type === 'table' && Array.isArray(children)) {
        for (const row of children) checkRowWidth(row, parent.content.table_width);
      }
    }
    const blocks = this.#readBlocks(children, 1, by);
    this.#insert(page, parent, blocks, placeFor(position, parent.children));
    this.touch(page, by);
    return blocks;
  }

  deleteBlock(id: string): StoredBlock {
    const home = this.#homes.get(undashed(id));
    if (!home?.block || !home.parent) throw notFound('block', id);
    if (home.page.inTrash) throw archived();
    home.parent.children.splice(home.parent.children.indexOf(home.block), 1);
    this.#forget([home.block]);
    this.touch(home.page);
    return home.block;
  }

  touch(page: StoredPage, by: string = this.botId): void {
    page.editedAt = this.#minute();
    page.editedBy = by;
  }

  #setProperties(page: StoredPage, properties: unknown): void {
    if (!isRecord(properties)) return;
    const values = Object.entries(properties).map(([key, value]) => {
      const property = this.findProperty(key);
      const type = isRecord(value) ? Object.keys(value).find((name) => name !== 'type') : undefined;
      if (!isRecord(value) || type !== property.type)
        throw invalid(`${property.name} is expected to be ${property.type}.`);
      return [property.id, value] as const;
    });
    Object.assign(page.properties, Object.fromEntries(values));
  }

  #readBlocks(children: unknown, level: number, by: string = this.botId): StoredBlock[] {
    if (!Array.isArray(children)) return [];
    if (level > 3 && children.length > 0) throw invalid('body failed validation: children are nested too deeply.');
    return children.map((request: Record<string, unknown>) => {
      const type = Object.keys(request).find((key) => key !== 'type' && key !== 'object') ?? '';
      const { children: inside, ...content } = isRecord(request[type]) ? request[type] : {};
      if (/^heading/.test(type) && Array.isArray(inside) && inside.length > 0 && content.is_toggleable !== true) {
        throw invalid('Only toggleable headings support children.');
      }
      const stored = this.#readBlocks(inside, level + 1, by);
      return { ...this.#stamp(by), id: crypto.randomUUID(), type, content, children: stored };
    });
  }

  #insert(page: StoredPage, parent: StoredPage | StoredBlock, blocks: StoredBlock[], place: number): void {
    parent.children.splice(place, 0, ...blocks);
    this.#settle(page, parent, blocks);
  }

  #settle(page: StoredPage, parent: StoredPage | StoredBlock, blocks: readonly StoredBlock[]): void {
    for (const block of blocks) {
      this.#homes.set(undashed(block.id), { page, block, parent });
      this.#settle(page, block, block.children);
    }
  }

  #forget(blocks: readonly StoredBlock[]): void {
    for (const block of blocks) {
      this.#homes.delete(undashed(block.id));
      this.#forget(block.children);
    }
  }

  #stamp(by: string): Stamp {
    const at = this.#minute();
    return { createdAt: at, createdBy: by, editedAt: at, editedBy: by };
  }

  /** Notion rounds its times to the minute. https://developers.notion.com/reference/page */
  #minute(): string {
    return new Date(Math.floor(this.now().getTime() / 60_000) * 60_000).toISOString();
  }
}

function placeFor(position: unknown, children: readonly StoredBlock[]): number {
  if (!isRecord(position) || position.type === 'end') return children.length;
  if (position.type === 'start') return 0;
  const id = isRecord(position.after_block) ? String(position.after_block.id) : '';
  const place = children.findIndex((block) => undashed(block.id) === undashed(id));
  if (place < 0) throw notFound('block', id);
  return place + 1;
}

function archived() {
  return invalid(
    "Can't edit page on block with an archived ancestor. You must unarchive the ancestor before editing page.",
  );
}

export function undashed(id: string): string {
  return id.replaceAll('-', '').toLowerCase();
}
