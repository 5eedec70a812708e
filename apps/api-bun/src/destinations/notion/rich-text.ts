import type { BlockObjectRequest } from '@notionhq/client';
import type { PhrasingContent } from 'mdast';

export type RichText = Extract<BlockObjectRequest, { paragraph: unknown }>['paragraph']['rich_text'];
type RichTextItem = RichText[number];
interface Style {
  bold?: boolean;
  italic?: boolean;
  strikethrough?: boolean;
  code?: boolean;
  link?: string;
}

/** How much one array of texts may hold: characters of a piece and of a link, and bytes in all. */
interface Room {
  piece: number;
  link: number;
  bytes: number;
}

/** Characters of one text and of a link, texts of an array. https://developers.notion.com/reference/request-limits */
const MAX_CHARACTERS = 2000;
const MAX_ELEMENTS = 100;
/** Notion takes 500 KB a request; arrays this small can be packed well. */
const BLOCK: Room = { piece: MAX_CHARACTERS, link: MAX_CHARACTERS, bytes: 100_000 };

/** Bytes of a text beside its characters and its link. */
const ITEM_BYTES = 200;
/** Bytes that a character takes at most: a control character is written as `\u0001`. */
const CHARACTER_BYTES = 6;
/** The one tag that people write in Markdown for want of another way: a line break in a table's cell. */
const LINE_BREAK = /^<br\s*\/?>$/i;
/** Characters of a link in a cell; a table of a hundred columns has a hundred of them in one row. */
const CELL_LINK = 500;

/** The words of a paragraph or a heading, in one or more arrays that Notion takes. Nothing is left out. */
export function richTexts(nodes: readonly PhrasingContent[]): RichText[] {
  return inArrays(nodes, BLOCK);
}

/** The same for text without any style. */
export function plainRichTexts(value: string): RichText[] {
  return richTexts([{ type: 'text', value }]);
}

/** The same for a cell that may take so many bytes, at least 2,000: what does not fit stands in further arrays. */
export function cellRichTexts(nodes: readonly PhrasingContent[], bytes: number): RichText[] {
  const piece = Math.floor((bytes - CELL_LINK - ITEM_BYTES) / CHARACTER_BYTES);
  return inArrays(nodes, { piece: Math.min(piece, MAX_CHARACTERS), link: CELL_LINK, bytes });
}

function inArrays(nodes: readonly PhrasingContent[], room: Room): RichText[] {
  const arrays: RichText[] = [[]];
  let bytes = 0;
  for (const item of nodes.flatMap((node) => itemsOf(node, {}, room))) {
    const size = Buffer.byteLength(JSON.stringify(item));
    const array = arrays.at(-1);
    if (array && array.length < MAX_ELEMENTS && (array.length === 0 || bytes + size <= room.bytes)) {
      array.push(item);
      bytes += size;
    } else {
      arrays.push([item]);
      bytes = size;
    }
  }
  return arrays;
}

function itemsOf(node: PhrasingContent, style: Style, room: Room): RichTextItem[] {
  const inside = (children: readonly PhrasingContent[], added: Style) =>
    children.flatMap((child) => itemsOf(child, { ...style, ...added }, room));
  const text = (value: string, added: Style = {}) => itemsOfText(value, { ...style, ...added }, room);
  switch (node.type) {
    case 'strong':
      return inside(node.children, { bold: true });
    case 'emphasis':
      return inside(node.children, { italic: true });
    case 'delete':
      return inside(node.children, { strikethrough: true });
    case 'link':
      return inside(node.children, linkTo(node.url, room));
    case 'linkReference':
      return inside(node.children, {});
    case 'inlineCode':
      return text(node.value, { code: true });
    case 'image':
      return text(node.alt || node.url, linkTo(node.url, room));
    case 'break':
      return text('\n');
    case 'text':
      return text(node.value);
    case 'html':
      return text(LINE_BREAK.test(node.value) ? '\n' : node.value);
    case 'imageReference':
      return text(node.alt ?? '');
    case 'footnoteReference':
      return text(`[${node.identifier}]`);
  }
}

/** Notion refuses the whole request for one link that is relative, odd or too long; the words matter more. */
function linkTo(url: string, room: Room): Style {
  const isAbsolute = /^(https?|mailto):/i.test(url) && URL.canParse(url);
  return isAbsolute && url.length <= room.link ? { link: url } : {};
}

function itemsOfText(text: string, { link, ...annotations }: Style, room: Room): RichTextItem[] {
  return piecesOf(text.toWellFormed(), room.piece).map((content) => ({
    type: 'text',
    text: { content, ...(link && { link: { url: link } }) },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  }));
}

/** Cuts between characters, never inside a surrogate pair. */
function piecesOf(text: string, longest: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    const end = start + longest;
    const splitsPair = /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(end - 1, end + 1));
    const piece = text.slice(start, splitsPair ? end - 1 : end);
    pieces.push(piece);
    start += piece.length;
  }
  return pieces;
}
