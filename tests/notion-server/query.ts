import type { DataSource, Property } from './data-source.ts';
import { isRecord } from './limits.ts';
import { plainValue } from './property-values.ts';
import { invalid } from './refusal.ts';
import type { StoredPage } from './workspace.ts';

/** Pages of a data source by filter, in the order asked for. https://developers.notion.com/reference/query-a-data-source */
export function queryPages(
  source: DataSource,
  pages: readonly StoredPage[],
  body: Record<string, unknown>,
): StoredPage[] {
  const wanted = pages.filter(
    (page) => page.inTrash === (body.in_trash === true) && matches(source, page, body.filter),
  );
  const sorts = Array.isArray(body.sorts) ? body.sorts : [];
  return wanted.toSorted((a, b) => {
    for (const sort of sorts) {
      const order = compare(keyOf(source, a, sort), keyOf(source, b, sort));
      if (order !== 0) return sort.direction === 'descending' ? -order : order;
    }
    return 0;
  });
}

/** What the integration sees, by its title. https://developers.notion.com/reference/post-search */
export function searchTitles<Item extends { title: string; inTrash: boolean; editedAt: string }>(
  items: readonly Item[],
  { query, filter, sort }: Record<string, unknown>,
): Item[] {
  const words = typeof query === 'string' ? query.toLowerCase() : '';
  const inTrash = isRecord(filter) && filter.in_trash === true;
  const found = items.filter((item) => item.inTrash === inTrash && item.title.toLowerCase().includes(words));
  const direction = isRecord(sort) && sort.direction === 'ascending' ? 1 : -1;
  return found.toSorted((a, b) => direction * compare(a.editedAt, b.editedAt));
}

function matches(source: DataSource, page: StoredPage, filter: unknown): boolean {
  if (!isRecord(filter)) return true;
  if (Array.isArray(filter.and)) return filter.and.every((part) => matches(source, page, part));
  if (Array.isArray(filter.or)) return filter.or.some((part) => matches(source, page, part));
  const property = source.findProperty(String(filter.property));
  const condition = filter[property.type];
  if (!isRecord(condition))
    throw invalid(`database property ${property.type} does not match filter ${JSON.stringify(filter)}`);
  const text = wordsOf(page, property);
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

function keyOf(source: DataSource, page: StoredPage, sort: Record<string, unknown>): string {
  if (sort.timestamp === 'created_time') return page.createdAt;
  if (sort.timestamp === 'last_edited_time') return page.editedAt;
  return wordsOf(page, source.findProperty(String(sort.property)));
}

function wordsOf({ properties }: StoredPage, property: Property): string {
  return String(plainValue(property, properties[property.id]) ?? '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
