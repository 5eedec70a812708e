import type { BlockObjectRequest } from '@notionhq/client';
import type {
  BlockContent,
  Blockquote,
  Code,
  FootnoteDefinition,
  List,
  ListItem,
  Paragraph,
  RootContent,
  Table,
  TableRow,
} from 'mdast';
import { codeLanguage } from './code-language.ts';
import { cellRichTexts, plainRichTexts, type RichText, richTexts } from './rich-text.ts';

type ChildOf<Request> = Request extends { to_do: { children?: (infer Child)[] } } ? Child : never;
/** A block inside another one, which may have leaves inside it. */
export type InnerRequest = ChildOf<BlockObjectRequest>;
type LeafKind =
  | 'bulleted_list_item'
  | 'numbered_list_item'
  | 'to_do'
  | 'quote'
  | 'toggle'
  | 'callout'
  | 'paragraph'
  | 'heading_1'
  | 'heading_2'
  | 'heading_3'
  | 'code'
  | 'equation'
  | 'divider'
  | 'bookmark'
  | 'video'
  | 'table_row';
/** A block that stands in a request without children. */
export type LeafRequest = Extract<ChildOf<InnerRequest>, { [Kind in LeafKind]: Record<Kind, unknown> }[LeafKind]>;
type RowRequest = Extract<LeafRequest, { table_row: unknown }>;

/** A block that others stand in, as a request with some of them. */
type ContainerRequest<Child> =
  | { bulleted_list_item: { rich_text: RichText; children?: Child[] } }
  | { numbered_list_item: { rich_text: RichText; children?: Child[] } }
  | { to_do: { rich_text: RichText; checked: boolean; children?: Child[] } }
  | { quote: { rich_text: RichText; children?: Child[] } }
  | { toggle: { rich_text: RichText; children?: Child[] } }
  | { heading_3: { rich_text: RichText; is_toggleable: true; children?: Child[] } }
  | { callout: { rich_text: RichText; icon: { emoji: string }; color: 'gray_background'; children?: Child[] } };
type Inside<Child> = { children?: Child[] };

/** A block and what stands inside it, to any depth. */
export type Block =
  | { kind: 'leaf'; request: LeafRequest }
  | { kind: 'container'; children: Block[]; build<Child>(inside: Inside<Child>): ContainerRequest<Child> }
  | { kind: 'table'; width: number; rows: RowRequest[] };

/** Cells of a row, characters of a formula. https://developers.notion.com/reference/request-limits */
const MAX_COLUMNS = 100;
const MAX_FORMULA = 1000;
/** Bytes of a row's texts. */
const ROW_BYTES = 200_000;

/** A part of a Markdown document as Notion's blocks. What Notion has no block for stays as its text. */
export function blocksOfNode(node: RootContent): Block[] {
  switch (node.type) {
    case 'heading':
      return richTexts(node.children).map((text) => leaf(heading(node.depth, text)));
    case 'paragraph':
      return formulaOf(node) ?? richTexts(node.children).map(paragraph);
    case 'list':
      return node.children.map((item) => listItem(node, item));
    case 'blockquote':
      return [quote(node)];
    case 'code':
      return code(node);
    case 'table':
      return table(node);
    case 'thematicBreak':
      return [leaf({ divider: {} })];
    case 'html':
      return plainRichTexts(node.value).map(paragraph);
    case 'footnoteDefinition':
      return footnote(node);
    default:
      return [];
  }
}

export function leaf(request: LeafRequest): Block {
  return { kind: 'leaf', request };
}

export function paragraph(rich_text: RichText): Block {
  return leaf({ paragraph: { rich_text } });
}

function heading(depth: number, rich_text: RichText): LeafRequest {
  if (depth === 1) return { heading_1: { rich_text } };
  return depth === 2 ? { heading_2: { rich_text } } : { heading_3: { rich_text } };
}

/** Begins with the mark that its references have. */
function footnote({ identifier, children: [first, ...others] }: FootnoteDefinition): Block[] {
  const mark = { type: 'text' as const, value: `[${identifier}] ` };
  const isText = first?.type === 'paragraph';
  const words = richTexts(isText ? [mark, ...first.children] : [mark]).map(paragraph);
  return [...words, ...(first && !isText ? [first, ...others] : others).flatMap(blocksOfNode)];
}

function listItem(list: List, item: ListItem): Block {
  const { rich_text, children } = textAndChildren(item.children);
  const { checked } = item;
  if (typeof checked === 'boolean') {
    return { kind: 'container', children, build: (inside) => ({ to_do: { rich_text, checked, ...inside } }) };
  }
  return list.ordered
    ? { kind: 'container', children, build: (inside) => ({ numbered_list_item: { rich_text, ...inside } }) }
    : { kind: 'container', children, build: (inside) => ({ bulleted_list_item: { rich_text, ...inside } }) };
}

function quote(node: Blockquote): Block {
  const { rich_text, children } = textAndChildren(node.children);
  return { kind: 'container', children, build: (inside) => ({ quote: { rich_text, ...inside } }) };
}

/** Notion's items and quotes have a text of their own, Markdown's have paragraphs: the first becomes that text. */
export function textAndChildren(nodes: readonly (RootContent | BlockContent)[]): {
  rich_text: RichText;
  children: Block[];
} {
  const [first, ...others] = nodes;
  if (first?.type !== 'paragraph') return { rich_text: [], children: nodes.flatMap(blocksOfNode) };
  const [rich_text = [], ...more] = richTexts(first.children);
  return { rich_text, children: [...more.map(paragraph), ...others.flatMap(blocksOfNode)] };
}

/** A fence named `math`, as GitHub writes formulas, is one in Notion too. */
function code(node: Code): Block[] {
  if (node.lang === 'math' && fits(node.value)) return [leaf({ equation: { expression: node.value } })];
  const language = codeLanguage(node.lang);
  return plainRichTexts(node.value).map((rich_text) => leaf({ code: { rich_text, language } }));
}

/** A paragraph that is `$$…$$` and nothing else. */
function formulaOf({ children: [only, ...others] }: Paragraph): Block[] | null {
  if (only?.type !== 'text' || others.length > 0) return null;
  const [, expression] = /^\$\$\s*([^$]+?)\s*\$\$$/.exec(only.value) ?? [];
  return expression && fits(expression) ? [leaf({ equation: { expression } })] : null;
}

function fits(expression: string): boolean {
  return expression.trim() !== '' && expression.length <= MAX_FORMULA && expression.isWellFormed();
}

function table(node: Table): Block[] {
  const width = Math.max(1, ...node.children.map((row) => row.children.length));
  if (width > MAX_COLUMNS) return node.children.map(rowAsText);
  return [{ kind: 'table', width, rows: node.children.flatMap((row) => rowsOf(row, width)) }];
}

/** A cell that holds more than a request may carry goes on in the same column of the next row. */
function rowsOf(row: TableRow, width: number): RowRequest[] {
  const columns = Array.from({ length: width }, (_, column) =>
    cellRichTexts(row.children[column]?.children ?? [], ROW_BYTES / width),
  );
  const height = Math.max(...columns.map((parts) => parts.length));
  return Array.from({ length: height }, (_, part) => ({
    table_row: { cells: columns.map((parts) => parts[part] ?? []) },
  }));
}

function rowAsText(row: TableRow): Block {
  const texts = row.children
    .flatMap((cell) => [...cell.children, { type: 'text' as const, value: ' | ' }])
    .slice(0, -1);
  const [rich_text = [], ...more] = richTexts(texts);
  const children = more.map(paragraph);
  return { kind: 'container', children, build: (inside) => ({ bulleted_list_item: { rich_text, ...inside } }) };
}
