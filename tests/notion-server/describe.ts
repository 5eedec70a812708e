import type { DataSource, Property } from './data-source.ts';
import { type FileUpload, uploadIdOf } from './file-uploads.ts';
import { isRecord } from './limits.ts';
import { invalid } from './refusal.ts';
import { type Stamp, type StoredBlock, type StoredPage, undashed, type Workspace } from './workspace.ts';

// Answers, with every field that the official client's types promise.

export function describePage(workspace: Workspace, page: StoredPage): object {
  const source = workspace.homeOf(page);
  return {
    object: 'page',
    id: page.id,
    ...describeStamp(page),
    in_trash: page.inTrash,
    archived: page.inTrash,
    is_archived: page.inTrash,
    is_locked: false,
    url: addressOf(page),
    public_url: null,
    parent: source
      ? { type: 'data_source_id', data_source_id: source.id, database_id: source.databaseId }
      : { type: 'workspace', workspace: true },
    icon: describeFile(workspace, page.icon),
    cover: describeFile(workspace, page.cover),
    properties: Object.fromEntries(
      workspace
        .propertiesOf(source)
        .map((property) => [property.name, describeValue(property, page.properties[property.id])]),
    ),
  };
}

function addressOf(page: StoredPage): string {
  return `https://www.notion.so/${undashed(page.id)}`;
}

export function describeBlock(block: StoredBlock, parentId: string, parentIsPage: boolean): object {
  return {
    object: 'block',
    id: block.id,
    parent: parentIsPage ? { type: 'page_id', page_id: parentId } : { type: 'block_id', block_id: parentId },
    ...describeStamp(block),
    has_children: block.children.length > 0,
    in_trash: false,
    archived: false,
    type: block.type,
    [block.type]: describeContent(block),
  };
}

export function describeDataSource(workspace: Workspace, source: DataSource): object {
  const by = { object: 'user', id: workspace.personId };
  const properties = workspace.propertiesOf(source);
  return {
    object: 'data_source',
    id: source.id,
    title: describeTexts([{ text: { content: source.title } }]),
    description: [],
    parent: { type: 'database_id', database_id: source.databaseId },
    database_parent: { type: 'workspace', workspace: true },
    is_inline: false,
    in_trash: source.inTrash,
    archived: source.inTrash,
    created_time: source.createdAt,
    last_edited_time: source.editedAt,
    created_by: by,
    last_edited_by: by,
    icon: null,
    cover: null,
    url: `https://www.notion.so/${undashed(source.databaseId)}`,
    public_url: null,
    properties: Object.fromEntries(properties.map((one) => [one.name, describeProperty(workspace, one)])),
  };
}

export function describeFileUpload({ botId, now }: Workspace, upload: FileUpload): object {
  const { id, createdAt, file } = upload;
  const created_time = createdAt.toISOString();
  return {
    object: 'file_upload',
    id,
    created_time,
    created_by: { id: botId, type: 'bot' },
    last_edited_time: created_time,
    in_trash: false,
    archived: false,
    expiry_time: upload.isAttached ? null : upload.expiresAt.toISOString(),
    status: upload.statusAt(now()),
    filename: upload.filename ?? file?.name ?? null,
    content_type: upload.contentType ?? file?.type ?? null,
    content_length: file?.size ?? null,
  };
}

/** A page of a longer list, from the element that the cursor names. */
export function describeList<Item extends { id: string }>(
  type: 'block' | 'page_or_data_source',
  items: readonly Item[],
  { cursor, size }: { cursor: string | null; size: number },
  describe: (item: Item) => object,
): object {
  const start = cursor === null ? 0 : items.findIndex(({ id }) => id === cursor);
  if (start < 0) throw invalid('The start_cursor provided is invalid.');
  const next = items[start + size]?.id ?? null;
  const results = items.slice(start, start + size).map(describe);
  return { object: 'list', type, [type]: {}, results, next_cursor: next, has_more: next !== null };
}

function describeStamp({ createdAt, createdBy, editedAt, editedBy }: Stamp): object {
  return {
    created_time: createdAt,
    created_by: { object: 'user', id: createdBy },
    last_edited_time: editedAt,
    last_edited_by: { object: 'user', id: editedBy },
  };
}

function describeProperty(workspace: Workspace, property: Property): object {
  const { id, name, type } = property;
  return { id, name, description: null, type, [type]: describeConfig(workspace, property) };
}

function describeConfig(workspace: Workspace, { type, options, relatedTo }: Property): object {
  switch (type) {
    case 'number':
      return { format: 'number' };
    case 'select':
    case 'multi_select':
      return { options: options.map((option) => ({ ...option, description: null })) };
    case 'relation': {
      const database_id = workspace.dataSources.find(({ id }) => id === relatedTo)?.databaseId;
      return { database_id, data_source_id: relatedTo, type: 'single_property', single_property: {} };
    }
    default:
      return {};
  }
}

function describeValue(property: Property, value: Record<string, unknown> | undefined): object {
  const { id, type } = property;
  return { id, type, [type]: describeGiven(property, value?.[type]) };
}

function describeGiven({ type, options }: Property, given: unknown): unknown {
  const optionOf = (named: unknown) => options.find(({ id }) => isRecord(named) && named.id === id);
  switch (type) {
    case 'title':
    case 'rich_text':
      return describeTexts(given);
    case 'select':
      return optionOf(given) ?? null;
    case 'multi_select':
      return Array.isArray(given) ? given.flatMap((named) => optionOf(named) ?? []) : [];
    case 'relation':
    case 'people':
    case 'files':
      return given ?? [];
    case 'checkbox':
      return given ?? false;
    case 'date':
      return isRecord(given) ? { end: null, time_zone: null, ...given } : null;
    default:
      return given ?? null;
  }
}

const COLOURED = /^(paragraph|heading_\d|bulleted_list_item|numbered_list_item|to_do|quote|toggle|callout)$/;

function describeContent({ type, content }: StoredBlock): object {
  const texts = Object.fromEntries(
    ['rich_text', 'caption'].flatMap((name) => (name in content ? [[name, describeTexts(content[name])]] : [])),
  );
  return {
    ...(COLOURED.test(type) && { color: 'default' }),
    ...(/^heading/.test(type) && { is_toggleable: false }),
    ...(/^(callout|paragraph)$/.test(type) && { icon: null }),
    ...(type === 'to_do' && { checked: false }),
    ...(type === 'table' && { has_column_header: false, has_row_header: false }),
    ...(/^(code|bookmark|embed|video|image)$/.test(type) && { caption: [] }),
    ...content,
    ...(type === 'table_row' && { cells: Array.isArray(content.cells) ? content.cells.map(describeTexts) : [] }),
    ...(isRecord(content.icon) && { icon: withType(content.icon) }),
    ...(isRecord(content.external) && { type: 'external' }),
    ...texts,
  };
}

function describeTexts(items: unknown): object[] {
  if (!Array.isArray(items)) return [];
  return items.map((item: Record<string, unknown>) => {
    const text = isRecord(item.text) ? item.text : { content: '' };
    const link = isRecord(text.link) ? { url: text.link.url } : null;
    const plain = { bold: false, italic: false, strikethrough: false, underline: false, code: false, color: 'default' };
    return {
      type: 'text',
      text: { content: text.content, link },
      annotations: { ...plain, ...(isRecord(item.annotations) ? item.annotations : {}) },
      plain_text: text.content,
      href: link?.url ?? null,
    };
  });
}

/** A file that was uploaded is answered as one of Notion's own, at an address that is good for an hour. */
function describeFile({ now }: Workspace, file: unknown): unknown {
  const id = uploadIdOf(file);
  if (id === null) return withType(file);
  const expiry_time = new Date(now().getTime() + 3_600_000).toISOString();
  return { type: 'file', file: { url: `https://files.notion.example/${id}`, expiry_time } };
}

/** Requests may leave out the type of an icon or a cover; answers have it. */
function withType(file: unknown): unknown {
  if (!isRecord(file)) return null;
  const type = Object.keys(file).find((key) => key !== 'type');
  return { type, ...file };
}
