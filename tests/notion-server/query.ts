import { isRecord } from './limits.ts';
import { invalid } from './refusal.ts';
import type { StoredPage, Workspace } from './workspace.ts';

/** Pages of the data source by filter, in the order asked for. https://developers.notion.com/reference/query-a-data-source */
export function queryPages(workspace: Workspace, body: Record<string, unknown>): StoredPage[] {
  const wanted = workspace.pages.filter(
    (page) => page.inTrash === (body.in_trash === true) && matches(workspace, page, body.filter),
  );
  const sorts = Array.isArray(body.sorts) ? body.sorts : [];
  return wanted.toSorted((a, b) => {
    for (const sort of sorts) {
      const order = compare(keyOf(workspace, a, sort), keyOf(workspace, b, sort));
      if (order !== 0) return sort.direction === 'descending' ? -order : order;
    }
    return 0;
  });
}

function matches(workspace: Workspace, page: StoredPage, filter: unknown): boolean {
  if (!isRecord(filter)) return true;
  if (Array.isArray(filter.and)) return filter.and.every((part) => matches(workspace, page, part));
  if (Array.isArray(filter.or)) return filter.or.some((part) => matches(workspace, page, part));
  const property = workspace.findProperty(String(filter.property));
  const condition = filter[property.type];
  if (!isRecord(condition))
    throw invalid(`database property ${property.type} does not match filter ${JSON.stringify(filter)}`);
  const text = textOf(page.properties[property.id]?.[property.type]);
  return Object.entries(condition).every(([operator, value]) => holds(operator, text, String(value)));
}

function holds(operator: string, text: string, value: string): boolean {
  switch (operator) {
    case 'equals':
      return text === value;
    case 'does_not_equal':
      return text !== value;
    case 'contains':
      return text.includes(value);
    case 'is_empty':
      return text === '';
    case 'is_not_empty':
      return text !== '';
    default:
      throw invalid(`the filter ${operator} is not one of this server's`);
  }
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join('');
  if (!isRecord(value)) return value === undefined || value === null ? '' : String(value);
  return textOf(isRecord(value.text) ? value.text.content : value.name);
}

function keyOf(workspace: Workspace, page: StoredPage, sort: Record<string, unknown>): string {
  if (sort.timestamp === 'created_time') return page.createdAt;
  if (sort.timestamp === 'last_edited_time') return page.editedAt;
  const { id, type } = workspace.findProperty(String(sort.property));
  return textOf(page.properties[id]?.[type]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
