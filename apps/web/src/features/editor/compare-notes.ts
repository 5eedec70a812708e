import { type MarkdownBlock, type MarkdownInline, parseMarkdown } from '@destila/contracts';
import { diffArrays, diffWordsWithSpace } from 'diff';

export type LineLook = 'heading2' | 'heading3' | 'item' | 'quote' | 'text' | 'code';

/** A line of a note as it is read: without the marks of Markdown. */
export interface NoteLine {
  look: LineLook;
  /** How deep a list's item stands, from 0. */
  depth: number;
  text: string;
}

/** A line of one side, cut where it differs from the other side's. */
export interface ComparedLine extends Omit<NoteLine, 'text'> {
  parts: { text: string; changed: boolean; at: number }[];
}

/** What stands beside each other; null where only the other side has something. */
export interface ComparedRow {
  before: ComparedLine | null;
  after: ComparedLine | null;
  same: boolean;
}

/** Two notes line by line, and lines that are much alike word by word. */
export function compareNotes(before: string, after: string): ComparedRow[] {
  const rows: ComparedRow[] = [];
  let removed: NoteLine[] = [];
  const changes = diffArrays(linesOf(before), linesOf(after), { comparator: isSame });
  for (const { value, added, removed: isRemoved } of changes) {
    if (isRemoved) removed = value;
    else if (added) {
      rows.push(...paired(removed, value));
      removed = [];
    } else {
      rows.push(...paired(removed, []), ...value.map(unchanged));
      removed = [];
    }
  }
  return [...rows, ...paired(removed, [])];
}

/** The share of words that two lines must have in common to be shown as one line that was changed. */
const ALIKE = 0.4;

/** Lines taken away beside those that came in their place; the order of both stays. */
function paired(removed: NoteLine[], added: NoteLine[]): ComparedRow[] {
  const rows: ComparedRow[] = [];
  let next = 0;
  for (const line of removed) {
    const match = added.findIndex((other, index) => index >= next && likeness(line, other) >= ALIKE);
    if (match === -1) {
      rows.push({ before: whole(line), after: null, same: false });
      continue;
    }
    rows.push(...added.slice(next, match).map(onlyAfter), wordByWord(line, added[match] ?? line));
    next = match + 1;
  }
  return sideBySide([...rows, ...added.slice(next).map(onlyAfter)]);
}

/** Lines with no counterpart share a row where they meet, so that neither side is half empty. */
function sideBySide(rows: ComparedRow[]): ComparedRow[] {
  const met: ComparedRow[] = [];
  for (const row of rows) {
    const open = row.before === null ? met.findLastIndex((earlier) => earlier.after !== null) + 1 : met.length;
    const partner = met[open];
    if (partner) met[open] = { ...partner, after: row.after };
    else met.push(row);
  }
  return met;
}

function wordByWord(before: NoteLine, after: NoteLine): ComparedRow {
  const changes = diffWordsWithSpace(before.text, after.text);
  const partsOf = (isMissing: (change: (typeof changes)[number]) => boolean) => {
    let at = 0;
    return changes
      .filter((change) => !isMissing(change))
      .map(({ value, added, removed }) => {
        const part = { text: value, changed: added || removed, at };
        at += value.length;
        return part;
      });
  };
  return {
    before: { ...before, parts: partsOf((change) => change.added) },
    after: { ...after, parts: partsOf((change) => change.removed) },
    same: false,
  };
}

function whole({ look, depth, text }: NoteLine, changed = true): ComparedLine {
  return { look, depth, parts: [{ text, changed, at: 0 }] };
}

function unchanged(line: NoteLine): ComparedRow {
  return { before: whole(line, false), after: whole(line, false), same: true };
}

function onlyAfter(line: NoteLine): ComparedRow {
  return { before: null, after: whole(line), same: false };
}

function isSame(a: NoteLine, b: NoteLine): boolean {
  return a.look === b.look && a.depth === b.depth && a.text === b.text;
}

/** Dice's coefficient of their words; 0 for lines that look different. */
function likeness(a: NoteLine, b: NoteLine): number {
  if (a.look !== b.look) return 0;
  const [ours, theirs] = [wordsOf(a.text), wordsOf(b.text)];
  const common = [...ours].filter((word) => theirs.has(word)).length;
  return (2 * common) / (ours.size + theirs.size);
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}:]+/gu) ?? [text]);
}

/** A note as the lines that it is read in. */
export function linesOf(markdown: string): NoteLine[] {
  return parseMarkdown(markdown).children.flatMap((block) => blockLines(block, 'text', 0));
}

function blockLines(block: MarkdownBlock, look: LineLook, depth: number): NoteLine[] {
  switch (block.type) {
    case 'heading':
      return [{ look: block.depth <= 2 ? 'heading2' : 'heading3', depth: 0, text: textOf(block.children) }];
    case 'paragraph':
      return [{ look, depth, text: textOf(block.children) }];
    case 'blockquote':
      return block.children.flatMap((child) => blockLines(child, 'quote', depth));
    case 'list':
      return block.children.flatMap((item) => {
        const box = typeof item.checked === 'boolean' ? (item.checked ? '☑ ' : '☐ ') : '';
        const [first, ...rest] = item.children.flatMap((child) =>
          blockLines(child, 'item', child.type === 'list' ? depth + 1 : depth),
        );
        return first ? [{ ...first, text: box + first.text }, ...rest] : [];
      });
    case 'table':
      return block.children.map(({ children }) => ({
        look: 'text',
        depth,
        text: children.map((cell) => textOf(cell.children)).join(' · '),
      }));
    case 'code':
    case 'html':
      return block.value.split('\n').map((text) => ({ look: 'code', depth, text }));
    default:
      return [];
  }
}

function textOf(children: readonly MarkdownInline[]): string {
  return children
    .map((child) => {
      if ('children' in child) return textOf(child.children);
      if ('value' in child) return child.value;
      if (child.type === 'break') return ' ';
      return 'alt' in child ? (child.alt ?? '') : '';
    })
    .join('');
}
