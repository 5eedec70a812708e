import { parseMarkdown } from '@destila/contracts';
import type { BlockObjectRequest } from '@notionhq/client';
import type { BlockContent, Blockquote, Code, List, ListItem, RootContent, Table } from 'mdast';
import { codeLanguage } from './code-language.ts';
import { cellRichText, plainRichTexts, type RichText, richTexts } from './rich-text.ts';

type ChildOf<Request> = Request extends { to_do: { children?: (infer Child)[] } } ? Child : never;
type LeafKind =
  | 'bulleted_list_item'
  | 'numbered_list_item'
  | 'to_do'
  | 'quote'
  | 'paragraph'
  | 'heading_1'
  | 'heading_2'
  | 'heading_3'
  | 'code'
  | 'divider'
  | 'table_row';
/** A block that stands in a request without children. */
export type LeafRequest = Extract<
  ChildOf<ChildOf<BlockObjectRequest>>,
  { [Kind in LeafKind]: Record<Kind, unknown> }[LeafKind]
>;

/** A block and what stands inside it, to any depth. */
export type Block = { leaf: LeafRequest } | { children: Block[]; build(children: LeafRequest[]): BlockObjectRequest };

/** Canonical Markdown as Notion's blocks. What Notion has no block for stays as its text. */
export function blocksOf(markdown: string): Block[] {
  return parseMarkdown(markdown).children.flatMap(blocksOfNode);
}

function blocksOfNode(node: RootContent): Block[] {
  switch (node.type) {
    case 'heading':
      return richTexts(node.children).map((text) => ({ leaf: heading(node.depth, text) }));
    case 'paragraph':
      return richTexts(node.children).map(paragraph);
    case 'list':
      return node.children.map((item) => listItem(node, item));
    case 'blockquote':
      return [quote(node)];
    case 'code':
      return code(node);
    case 'table':
      return [table(node)];
    case 'thematicBreak':
      return [{ leaf: { divider: {} } }];
    case 'html':
      return plainRichTexts(node.value).map(paragraph);
    case 'footnoteDefinition':
      return node.children.flatMap(blocksOfNode);
    default:
      return [];
  }
}

function paragraph(rich_text: RichText): Block {
  return { leaf: { paragraph: { rich_text } } };
}

function heading(depth: number, rich_text: RichText): LeafRequest {
  if (depth === 1) return { heading_1: { rich_text } };
  return depth === 2 ? { heading_2: { rich_text } } : { heading_3: { rich_text } };
}

function listItem(list: List, item: ListItem): Block {
  const { rich_text, children } = textAndChildren(item.children);
  const { checked } = item;
  if (typeof checked === 'boolean') {
    return block({ to_do: { rich_text, checked } }, children, (inside) => ({
      to_do: { rich_text, checked, ...inside },
    }));
  }
  const content = { rich_text };
  return list.ordered
    ? block({ numbered_list_item: content }, children, (inside) => ({ numbered_list_item: { rich_text, ...inside } }))
    : block({ bulleted_list_item: content }, children, (inside) => ({ bulleted_list_item: { rich_text, ...inside } }));
}

function quote(node: Blockquote): Block {
  const { rich_text, children } = textAndChildren(node.children);
  return block({ quote: { rich_text } }, children, (inside) => ({ quote: { rich_text, ...inside } }));
}

function block(
  leaf: LeafRequest,
  children: Block[],
  build: (inside: { children?: LeafRequest[] }) => BlockObjectRequest,
): Block {
  if (children.length === 0) return { leaf };
  return { children, build: (inside) => build(inside.length > 0 ? { children: inside } : {}) };
}

/** Notion's items and quotes have a text of their own, Markdown's have paragraphs: the first becomes that text. */
function textAndChildren(nodes: readonly (RootContent | BlockContent)[]): { rich_text: RichText; children: Block[] } {
  const [first, ...others] = nodes;
  if (first?.type !== 'paragraph') return { rich_text: [], children: nodes.flatMap(blocksOfNode) };
  const [rich_text = [], ...more] = richTexts(first.children);
  return { rich_text, children: [...more.map(paragraph), ...others.flatMap(blocksOfNode)] };
}

function code(node: Code): Block[] {
  const language = codeLanguage(node.lang);
  return plainRichTexts(node.value).map((rich_text) => ({ leaf: { code: { rich_text, language } } }));
}

function table(node: Table): Block {
  const width = Math.max(1, ...node.children.map((row) => row.children.length));
  const rows = node.children.map((row): Block => {
    const cells = Array.from({ length: width }, (_, column) => cellRichText(row.children[column]?.children ?? []));
    return { leaf: { table_row: { cells } } };
  });
  return {
    children: rows,
    build: (inside) => ({
      table: {
        table_width: width,
        has_column_header: true,
        children: inside.flatMap((row) => ('table_row' in row ? [row] : [])),
      },
    }),
  };
}
