import type { BlockObjectRequest } from '@notionhq/client';
import type { PhrasingContent } from 'mdast';
import { toString as plainText } from 'mdast-util-to-string';

export type RichText = Extract<BlockObjectRequest, { paragraph: unknown }>['paragraph']['rich_text'];
type RichTextItem = RichText[number];
interface Style {
  bold?: boolean;
  italic?: boolean;
  strikethrough?: boolean;
  code?: boolean;
  link?: string;
}

/** Characters of one text, and of a link. https://developers.notion.com/reference/request-limits */
const MAX_CHARACTERS = 2000;
/** Notion takes 100, but also no more than 500 KB a request: 50 full texts of three-byte characters are 300 KB. */
const MAX_ELEMENTS = 50;

/** The words of a paragraph, a heading or a cell, in one or more arrays that Notion takes. Nothing is left out. */
export function richTexts(nodes: readonly PhrasingContent[]): RichText[] {
  return inArrays(nodes.flatMap((node) => itemsOf(node, {})));
}

/** The same for text without any style. */
export function plainRichTexts(text: string): RichText[] {
  return inArrays(itemsOfText(text, {}));
}

/** Cells cannot continue in another cell: one that is too long for its styles is kept as plain text. */
export function cellRichText(nodes: readonly PhrasingContent[]): RichText {
  const [styled = [], ...rest] = richTexts(nodes);
  return rest.length === 0 ? styled : itemsOfText(plainText(nodes), {}).slice(0, MAX_ELEMENTS);
}

function itemsOf(node: PhrasingContent, style: Style): RichTextItem[] {
  const inside = (children: readonly PhrasingContent[], added: Style) =>
    children.flatMap((child) => itemsOf(child, { ...style, ...added }));
  switch (node.type) {
    case 'strong':
      return inside(node.children, { bold: true });
    case 'emphasis':
      return inside(node.children, { italic: true });
    case 'delete':
      return inside(node.children, { strikethrough: true });
    case 'link':
      return inside(node.children, linkTo(node.url));
    case 'linkReference':
      return inside(node.children, {});
    case 'inlineCode':
      return itemsOfText(node.value, { ...style, code: true });
    case 'image':
      return itemsOfText(node.alt || node.url, { ...style, ...linkTo(node.url) });
    case 'break':
      return itemsOfText('\n', style);
    case 'text':
    case 'html':
      return itemsOfText(node.value, style);
    case 'imageReference':
      return itemsOfText(node.alt ?? '', style);
    case 'footnoteReference':
      return itemsOfText(`[${node.identifier}]`, style);
  }
}

/** Notion refuses the whole request for one link that is relative, odd or too long; the words matter more. */
function linkTo(url: string): Style {
  const isAbsolute = /^(https?|mailto):/i.test(url) && URL.canParse(url);
  return isAbsolute && url.length <= MAX_CHARACTERS ? { link: url } : {};
}

function itemsOfText(text: string, { link, ...annotations }: Style): RichTextItem[] {
  return piecesOf(text).map((content) => ({
    type: 'text',
    text: { content, ...(link && { link: { url: link } }) },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  }));
}

/** Cuts between characters, never inside a surrogate pair. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    const end = start + MAX_CHARACTERS;
    const splitsPair = /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(end - 1, end + 1));
    pieces.push(text.slice(start, splitsPair ? end - 1 : end));
    start += pieces.at(-1)?.length ?? MAX_CHARACTERS;
  }
  return pieces;
}

function inArrays(items: RichTextItem[]): RichText[] {
  const arrays: RichText[] = [];
  for (let start = 0; start < items.length; start += MAX_ELEMENTS) {
    arrays.push(items.slice(start, start + MAX_ELEMENTS));
  }
  return arrays.length > 0 ? arrays : [[]];
}
