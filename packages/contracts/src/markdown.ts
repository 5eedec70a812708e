import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkStringify, { type Options } from 'remark-stringify';
import { unified } from 'unified';

/** The one way Destila writes Markdown; the editor serialises with the same settings. */
export const MARKDOWN_STYLE = {
  bullet: '-',
  emphasis: '_',
  strong: '*',
  fence: '`',
  fences: true,
  listItemIndent: 'one',
  rule: '-',
} as const satisfies Options;

const processor = unified().use(remarkParse).use(remarkGfm).use(remarkStringify, MARKDOWN_STYLE);

/** Rewrites Markdown in its canonical form. Idempotent: `canonicalMarkdown(canonicalMarkdown(x)) === canonicalMarkdown(x)`. */
export function canonicalMarkdown(markdown: string): string {
  return processor.processSync(markdown).toString();
}
