import type { Nodes, PhrasingContent, Root, RootContent } from 'mdast';
import { defaultHandlers } from 'mdast-util-to-markdown';
import remarkGfm from 'remark-gfm';
import remarkInlineLinks from 'remark-inline-links';
import remarkParse from 'remark-parse';
import remarkStringify, { type Options } from 'remark-stringify';
import { unified } from 'unified';
import { SKIP, visit } from 'unist-util-visit';

/**
 * The one way Destila writes Markdown. The editor must serialise with these very options in place of its own (Milkdown:
 * `ctx.set(remarkStringifyOptionsCtx, MARKDOWN_STYLE)`), and what it gives passes through `canonicalMarkdown` once more.
 */
export const MARKDOWN_STYLE = {
  bullet: '-',
  emphasis: '_',
  strong: '*',
  fence: '`',
  fences: true,
  listItemIndent: 'one',
  rule: '-',
  handlers: { root: rootWithReadableAmpersands },
} as const satisfies Options;

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkInlineLinks)
  .use(() => trimBlocks)
  .use(() => dropBlankBlocks)
  .use(remarkStringify, MARKDOWN_STYLE)
  .freeze();

/**
 * Rewrites Markdown in its canonical form: what the editor would keep of it, in `MARKDOWN_STYLE`.
 * Idempotent: `canonicalMarkdown(canonicalMarkdown(x)) === canonicalMarkdown(x)`.
 */
export function canonicalMarkdown(markdown: string): string {
  let [before, after] = [markdown, rewrite(markdown)];
  for (let pass = 1; after !== before && pass < MOST_PASSES; pass++) [before, after] = [after, rewrite(after)];
  return after;
}

/** The tree of Markdown that is in its canonical form. */
export function parseMarkdown(markdown: string): Root {
  return processor.parse(markdown);
}

/** The parts of a Markdown document, as mdast names them (github.com/syntax-tree/mdast). */
export type MarkdownBlock = RootContent;
export type MarkdownInline = PhrasingContent;

/** Writes blocks as canonical Markdown; whatever their text holds stays text. */
export function writeMarkdown(blocks: MarkdownBlock[]): string {
  return canonicalMarkdown(processor.stringify({ type: 'root', children: blocks }));
}

/** One pass is nearly always enough and the second only shows it; removing a blank can uncover another one. */
const MOST_PASSES = 8;

function rewrite(markdown: string): string {
  return processor.processSync(markdown).toString();
}

/** remark escapes every `&` before a letter, so that addresses read `?v=x\&t=4s`; only a character reference needs it. */
function rootWithReadableAmpersands(...[node, parent, state, info]: Parameters<typeof defaultHandlers.root>): string {
  const characterReference = { character: '&', after: '(?=#\\d|#[xX][\\da-fA-F]|[A-Za-z][A-Za-z\\d]*;)' };
  state.unsafe = [...state.unsafe.filter((pattern) => pattern.character !== '&'), characterReference];
  return defaultHandlers.root(node, parent, state, info);
}

/** Spaces typed at a paragraph's edge would be kept as `&#x20;`. */
function trimBlocks(tree: Root): void {
  visit(tree, (node) => {
    if (node.type !== 'paragraph' && node.type !== 'heading' && node.type !== 'tableCell') return;
    const [first, last] = [node.children.at(0), node.children.at(-1)];
    if (first?.type === 'text') first.value = first.value.replace(/^[ \t\n]+/, '');
    if (last?.type === 'text') last.value = last.value.replace(/[ \t\n]+$/, '');
    if (first?.type === 'text' && first.value === '') node.children.shift();
  });
}

/** The editor keeps an empty paragraph as a `<br />` of its own; no other program that reads Markdown wants it. */
function dropBlankBlocks(tree: Root): void {
  visit(tree, (node, index, parent) => {
    if (parent === undefined || index === undefined || parent.type === 'paragraph') return;
    const isBlank = node.type === 'html' ? /^<br\s*\/?>$/.test(node.value.trim()) : isEmptyParagraph(node);
    if (!isBlank) return;
    parent.children.splice(index, 1);
    return [SKIP, index];
  });
}

function isEmptyParagraph(node: Nodes): boolean {
  return node.type === 'paragraph' && node.children.length === 0;
}
