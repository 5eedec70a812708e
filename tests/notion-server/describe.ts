import { isRecord } from './limits.ts';
import { type Property, type Stamp, type StoredBlock, type StoredPage, undashed, type Workspace } from './workspace.ts';

// Answers, with every field that the official client's types promise.

export function describePage(workspace: Workspace, page: StoredPage): object {
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
    parent: { type: 'data_source_id', data_source_id: workspace.dataSourceId, database_id: workspace.databaseId },
    icon: withType(page.icon),
    cover: withType(page.cover),
    properties: Object.fromEntries(
      workspace.properties.map((property) => [property.name, describeValue(property, page.properties[property.id])]),
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

export function describeDataSource(workspace: Workspace): object {
  const at = workspace.now().toISOString();
  const by = { object: 'user', id: workspace.personId };
  return {
    object: 'data_source',
    id: workspace.dataSourceId,
    title: describeTexts([{ text: { content: 'Notas' } }]),
    description: [],
    parent: { type: 'database_id', database_id: workspace.databaseId },
    database_parent: { type: 'workspace', workspace: true },
    is_inline: false,
    in_trash: workspace.inTrash,
    archived: workspace.inTrash,
    created_time: at,
    last_edited_time: at,
    created_by: by,
    last_edited_by: by,
    icon: null,
    cover: null,
    url: `https://www.notion.so/${undashed(workspace.databaseId)}`,
    public_url: null,
    properties: Object.fromEntries(workspace.properties.map((property) => [property.name, describeProperty(property)])),
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

function describeProperty({ id, name, type }: Property): object {
  const options = type === 'select' || type === 'multi_select' ? { options: [] } : {};
  return { id, name, description: null, type, [type]: type === 'number' ? { format: 'number' } : options };
}

function describeValue({ id, type }: Property, value: Record<string, unknown> | undefined): object {
  const given = value?.[type];
  return { id, type, [type]: describeGiven(type, given) };
}

function describeGiven(type: string, given: unknown): unknown {
  switch (type) {
    case 'title':
    case 'rich_text':
      return describeTexts(given);
    case 'select':
      return isRecord(given) ? describeOption(given) : null;
    case 'multi_select':
      return Array.isArray(given) ? given.map(describeOption) : [];
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

function describeOption(option: Record<string, unknown>): object {
  return { id: String(option.name), name: option.name, color: 'default' };
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

/** Requests may leave out the type of an icon or a cover; answers have it. */
function withType(file: unknown): unknown {
  if (!isRecord(file)) return null;
  const type = Object.keys(file).find((key) => key !== 'type');
  return { type, ...file };
}
