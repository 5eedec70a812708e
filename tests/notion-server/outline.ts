import { isRecord } from './limits.ts';
import type { StoredBlock } from './workspace.ts';

/** The blocks as indented lines of `type: text`, for a test to read. */
export function outline(blocks: readonly StoredBlock[], indent = ''): string[] {
  return blocks.flatMap((block) => [
    `${indent}${block.type}: ${blockText(block)}`,
    ...outline(block.children, `${indent}  `),
  ]);
}

/** What a block says, without what stands inside it; the cells of a row are separated by ` | `. */
export function blockText({ content }: StoredBlock): string {
  if (Array.isArray(content.cells)) return content.cells.map(plainText).join(' | ');
  if (typeof content.expression === 'string') return content.expression;
  if (typeof content.url === 'string') return content.url;
  if (isRecord(content.external)) return String(content.external.url);
  return plainText(content.rich_text);
}

export function plainText(items: unknown): string {
  if (!Array.isArray(items)) return '';
  return items.map((item) => (isRecord(item) && isRecord(item.text) ? String(item.text.content) : '')).join('');
}
