import { OUTPUT_LANGUAGES, parseMarkdown } from '@destila/contracts';
import type { Heading, Nodes, RootContent } from 'mdast';
import { toString as plainText } from 'mdast-util-to-string';
import { labelsIn } from '../summarization/labels.ts';
import { momentOf } from './moment.ts';
import { MOST_CHARACTERS, type Passage } from './passage.ts';
import { sentencesOf } from './sentences.ts';
import { spacedSlashes } from './slashes.ts';

const LABELS = OUTPUT_LANGUAGES.map(labelsIn);
/** What a summary says of itself stands alike in many notes, and nobody looks for it. */
const NOTICES = new Set(LABELS.flatMap(({ gaps, extractive }) => [gaps.name, extractive.name]));
const TAGS = new Set(LABELS.map(({ tags }) => `${tags}:`));
/** Above the headings of their own that some summaries have. */
const SECTIONS = new Set(
  LABELS.flatMap(({ keyPoints, chapters, actionItems, quotes }) => [keyPoints, chapters, actionItems, quotes]),
);

/** A summary's sections as plain text, each from the first moment that it links to, in its heading or below. */
export function chunkSummary(markdown: string): Passage[] {
  const sections: { heading: Heading | null; blocks: RootContent[] }[] = [{ heading: null, blocks: [] }];
  for (const node of parseMarkdown(markdown).children) {
    const opening = openingOf(node);
    if (NOTICES.has(opening)) continue;
    if (node.type === 'heading') sections.push({ heading: node, blocks: [] });
    // They are of the whole video, not of the last of its chapters.
    else if (TAGS.has(opening)) sections.push({ heading: null, blocks: [node] });
    else sections.at(-1)?.blocks.push(node);
  }
  return sections.flatMap(({ heading, blocks }) => {
    const startSeconds = firstMoment(heading ? [heading, ...blocks] : blocks);
    const title = heading && titleOf(heading);
    const lines = blocks.flatMap(linesOf);
    // What only stands in a heading is looked for, too.
    const isBare = lines.length === 0 && title && !SECTIONS.has(title);
    const texts = fitted(isBare ? [title] : lines);
    return texts.map((text) => ({ heading: isBare ? null : title, text, startSeconds, endSeconds: null }));
  });
}

/** A heading's words, without the moment it begins with. */
function titleOf(heading: Heading): string {
  const words = heading.children.filter((node) => node.type !== 'link' || linkedMoment(node) === null);
  const title = words.map((node) => plainText(node)).join('');
  return spacedSlashes(title.trim());
}

/** The bold words that a paragraph or quotation begins with. */
function openingOf(node: RootContent): string {
  const paragraph = node.type === 'blockquote' ? node.children[0] : node;
  const first = paragraph?.type === 'paragraph' ? paragraph.children[0] : undefined;
  return first?.type === 'strong' ? plainText(first) : '';
}

/** Items, rows and paragraphs are lines of their own; without that, their words would run into each other. */
function linesOf(node: Nodes): string[] {
  const hasBlocks = 'children' in node && node.children.some(isBlock);
  if (hasBlocks) return node.children.flatMap((child: Nodes) => linesOf(child));
  const text = (
    node.type === 'tableRow' ? node.children.map((cell) => plainText(cell)).join(' | ') : plainText(node)
  ).trim();
  return text === '' ? [] : [spacedSlashes(text)];
}

function isBlock(node: Nodes): boolean {
  return ['paragraph', 'list', 'listItem', 'blockquote', 'code', 'table', 'tableRow', 'heading'].includes(node.type);
}

/** Puts lines together up to the most that a passage holds. */
function fitted(lines: readonly string[]): string[] {
  const texts: string[] = [];
  for (const line of lines.flatMap((long) => sentencesUpTo(long))) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= MOST_CHARACTERS)
      texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts;
}

function sentencesUpTo(line: string): string[] {
  if (line.length <= MOST_CHARACTERS) return [line];
  return sentencesOf(line, MOST_CHARACTERS).map((sentence) => sentence.trim());
}

function firstMoment(nodes: readonly Nodes[]): number | null {
  for (const node of nodes) {
    const moment = node.type === 'link' ? linkedMoment(node) : firstMoment('children' in node ? node.children : []);
    if (moment !== null) return moment;
  }
  return null;
}

/** A link that reads as a moment leads to it. */
function linkedMoment(link: Nodes): number | null {
  return momentOf(
    plainText(link)
      .trim()
      .replaceAll(/[[\]()]/g, ''),
  );
}
