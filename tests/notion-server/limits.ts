import { invalid } from './refusal.ts';

/** https://developers.notion.com/reference/request-limits */
export const LIMITS = {
  bytes: 500 * 1024,
  blocks: 1000,
  elements: 100,
  text: 2000,
  url: 2000,
  expression: 1000,
  option: 100,
  page: 100,
} as const;

/** The longest that a string may be, by its name in a request. */
const LONGEST: Record<string, number> = {
  content: LIMITS.text,
  url: LIMITS.url,
  expression: LIMITS.expression,
  email: 200,
  phone_number: 200,
};

/** Refuses a request in which something is longer, more or deeper than documented. */
export function checkLimits(body: unknown, bytes: number): void {
  if (bytes > LIMITS.bytes) throw invalid(`body failed validation: ${bytes} bytes, at most ${LIMITS.bytes}.`);
  checkInside(body, 'body');
  const blocks = countBlocks(body);
  if (blocks > LIMITS.blocks) throw invalid(`body failed validation: ${blocks} blocks, at most ${LIMITS.blocks}.`);
}

/** What else holds of a value, by its name in a request. */
const RULES: Record<string, (value: unknown) => void> = {
  link: checkLink,
  external: checkLink,
  table: checkTable,
  select: (option) => checkOptions([option]),
  multi_select: (options) => checkOptions(Array.isArray(options) ? options : []),
};

function checkInside(value: unknown, path: string): void {
  if (Array.isArray(value)) {
    checkLength(value.length, LIMITS.elements, path);
    for (const [index, element] of value.entries()) checkInside(element, `${path}[${index}]`);
  }
  for (const [name, inside] of isRecord(value) ? Object.entries(value) : []) {
    const longest = LONGEST[name];
    if (typeof inside === 'string' && longest !== undefined) checkLength(inside.length, longest, `${path}.${name}`);
    RULES[name]?.(inside);
    checkInside(inside, `${path}.${name}`);
  }
}

function checkLength(length: number, most: number, path: string): void {
  if (length > most) {
    throw invalid(`body failed validation: ${path}.length should be ≤ \`${most}\`, instead was \`${length}\`.`);
  }
}

function checkLink(link: unknown): void {
  if (!isRecord(link)) return;
  if (typeof link.url !== 'string' || !URL.canParse(link.url)) throw invalid('Invalid URL for link.');
}

function checkTable(table: unknown): void {
  if (!isRecord(table) || !Array.isArray(table.children)) return;
  if (table.children.length === 0) throw invalid('table.children.length should be ≥ `1`, instead was `0`.');
  for (const row of table.children) checkRowWidth(row, table.table_width);
}

/** Rows have as many cells as their table is wide, also those that are appended to it later. */
export function checkRowWidth(row: unknown, width: unknown): void {
  const cells = isRecord(row) && isRecord(row.table_row) ? row.table_row.cells : null;
  if (Array.isArray(cells) && cells.length !== width) {
    throw invalid('Number of cells in table row must match the table width of the parent table');
  }
}

function checkOptions(options: readonly unknown[]): void {
  const names = options.flatMap((option) => (isRecord(option) && typeof option.name === 'string' ? [option.name] : []));
  for (const name of names) {
    checkLength(name.length, LIMITS.option, 'name');
    if (name.includes(',')) throw invalid(`Invalid select option, commas not allowed: ${name}`);
    if (name === '') throw invalid('The name of an option must not be empty.');
  }
  if (new Set(names).size < names.length) throw invalid('The same option twice.');
}

function countBlocks(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, element) => sum + countBlocks(element), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, inside]) =>
      sum + (name === 'children' && Array.isArray(inside) ? inside.length : 0) + countBlocks(inside),
    0,
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
