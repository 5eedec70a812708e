import { DataSource, findProperty, type Option, type Property } from './data-source.ts';
import { FileUpload, uploadIdOf } from './file-uploads.ts';
import { checkRowWidth, isRecord } from './limits.ts';
import { plainValue, readValue, type Values } from './property-values.ts';
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
  /** Null: it stands in none. */
  dataSourceId: string | null;
  inTrash: boolean;
  properties: Values;
  icon: unknown;
  cover: unknown;
  children: StoredBlock[];
}

/** What a page has that stands in no data source. */
const TITLE_ALONE: Property[] = [{ id: 'title', name: 'title', type: 'title', options: [], relatedTo: null }];

const NO_CHILDREN = new Set(['code', 'divider', 'equation', 'bookmark', 'embed', 'video', 'image', 'table_row']);

/** What is kept: data sources, their pages, and the pages' blocks. */
export class Workspace {
  readonly botId = crypto.randomUUID();
  readonly personId = crypto.randomUUID();
  readonly dataSources: DataSource[] = [];
  readonly pages: StoredPage[] = [];
  readonly fileUploads: FileUpload[] = [];
  /** Every page and block by its id, with what it stands in. */
  readonly #homes = new Map<
    string,
    { page: StoredPage; block: StoredBlock | null; parent: StoredPage | StoredBlock | null }
  >();

  constructor(readonly now: () => Date) {}

  addDataSource(title: string): DataSource {
    const source = new DataSource(title, this.#minute());
    this.dataSources.push(source);
    return source;
  }

  /** As the integration finds it. */
  findDataSource(id: string): DataSource {
    const source = this.dataSources.find((known) => undashed(known.id) === undashed(id));
    if (!source?.shared) throw notFound('data_source', id);
    return source;
  }

  /** Where a page stands, whether the integration sees that or not. */
  homeOf({ dataSourceId }: StoredPage): DataSource | null {
    return this.dataSources.find(({ id }) => id === dataSourceId) ?? null;
  }

  /** Those that a page has; a relation to what is not shared is not shown. */
  propertiesOf(source: DataSource | null): Property[] {
    const isShown = ({ relatedTo }: Property) =>
      relatedTo === null || this.dataSources.some(({ id, shared }) => id === relatedTo && shared);
    return source ? source.properties.filter(isShown) : TITLE_ALONE;
  }

  pagesOf({ id }: DataSource): StoredPage[] {
    return this.pages.filter((page) => page.dataSourceId === id);
  }

  titleOf(page: StoredPage): string {
    const title = this.propertiesOf(this.homeOf(page)).find(({ type }) => type === 'title');
    return title ? String(plainValue(title, page.properties[title.id])) : '';
  }

  findPage(id: string): StoredPage {
    const { page, block } = this.#homes.get(undashed(id)) ?? { page: null, block: null };
    if (!page || block || this.homeOf(page)?.shared === false) throw notFound('page', id);
    return page;
  }

  /** As a person does in Notion; what the other place has no property for, by name and type, is lost. Null: to no data source. */
  movePage(page: StoredPage, target: DataSource | null): void {
    const [from, to] = [this.propertiesOf(this.homeOf(page)), this.propertiesOf(target)];
    const kept = to.flatMap(({ id, name, type }) => {
      const source = from.find((known) => known.type === type && (known.name === name || type === 'title'));
      const value = source && page.properties[source.id];
      return value ? [[id, value] as const] : [];
    });
    page.properties = Object.fromEntries(kept);
    page.dataSourceId = target?.id ?? null;
    this.touch(page, this.personId);
  }

  createPage(source: DataSource, body: Record<string, unknown>): StoredPage {
    if (source.inTrash) throw archived();
    const files = this.#filesOf(body);
    const page: StoredPage = {
      ...this.#stamp(this.botId),
      id: crypto.randomUUID(),
      dataSourceId: source.id,
      inTrash: false,
      properties: {},
      icon: null,
      cover: null,
      children: [],
    };
    const children = this.#readBlocks(body.children ?? body.content ?? [], 1);
    this.#setProperties(page, body.properties);
    page.icon = body.icon ?? null;
    page.cover = body.cover ?? null;
    for (const file of files) file.isAttached = true;
    this.pages.push(page);
    this.#homes.set(undashed(page.id), { page, block: null, parent: null });
    this.#insert(page, page, children, 0);
    return page;
  }

  updatePage(id: string, body: Record<string, unknown>): StoredPage {
    const page = this.findPage(id);
    const inTrash = body.in_trash ?? body.archived;
    if (this.homeOf(page)?.inTrash || (page.inTrash && inTrash !== false)) throw archived();
    const files = this.#filesOf(body);
    this.#setProperties(page, body.properties);
    if (body.icon !== undefined) page.icon = body.icon;
    if (body.cover !== undefined) page.cover = body.cover;
    for (const file of files) file.isAttached = true;
    if (typeof inTrash === 'boolean') page.inTrash = inTrash;
    if (body.erase_content === true) this.#forget(page.children.splice(0));
    this.touch(page);
    return page;
  }

  addFileUpload(body: Record<string, unknown>): FileUpload {
    const upload = new FileUpload(body, this.now());
    this.fileUploads.push(upload);
    return upload;
  }

  findFileUpload(id: string): FileUpload {
    const upload = this.fileUploads.find((known) => undashed(known.id) === undashed(id));
    if (!upload) throw notFound('file_upload', id);
    return upload;
  }

  /** The children of a page or a block, and the page they are of. */
  childrenOf(id: string): { page: StoredPage; children: StoredBlock[]; parent: StoredPage | StoredBlock } {
    const home = this.#homes.get(undashed(id));
    if (!home || this.homeOf(home.page)?.shared === false) throw notFound('block', id);
    const parent = home.block ?? home.page;
    return { page: home.page, children: parent.children, parent };
  }

  /** Puts blocks into a page or a block. `by` is who does it: the integration, unless a test says a person does. */
  append(id: string, children: unknown, position: unknown, by: string = this.botId): StoredBlock[] {
    const { page, parent } = this.childrenOf(id);
    if (page.inTrash || this.homeOf(page)?.inTrash) throw archived();
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
    if (!home?.block || !home.parent || this.homeOf(home.page)?.shared === false) throw notFound('block', id);
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

  /** The uploads that a page is to have as its icon and its cover. */
  #filesOf({ icon, cover }: Record<string, unknown>): FileUpload[] {
    const ids = [icon, cover].map(uploadIdOf).filter((id) => id !== null);
    const uploads = ids.map((id) => this.findFileUpload(id));
    for (const upload of uploads) upload.checkUsable(this.now());
    return uploads;
  }

  #setProperties(page: StoredPage, properties: unknown): void {
    const source = this.homeOf(page);
    const added: { property: Property; option: Option }[] = [];
    const values = Object.entries(isRecord(properties) ? properties : {}).map(([key, value]) => {
      const property = findProperty(this.propertiesOf(source), key);
      const isRelated = (id: string) => this.findPage(id).dataSourceId === property.relatedTo;
      return [property.id, readValue(property, value, added, isRelated)] as const;
    });
    for (const { property, option } of added) property.options.push(option);
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
