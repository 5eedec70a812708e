import { formatTimestamp, parseMarkdown } from '@destila/contracts';
import type { Heading, RootContent } from 'mdast';
import { toString as plainText } from 'mdast-util-to-string';
import type { Note, Passage } from '../destination.ts';
import { type Block, blocksOfNode, leaf, paragraph, textAndChildren } from './blocks.ts';
import { richTexts } from './rich-text.ts';

/** Characters of an address. https://developers.notion.com/reference/request-limits */
const MAX_URL = 2000;
/** `12:34` or `1:02:03`: what a chapter's title begins with, as a link to its moment. */
const TIMESTAMP = /^\d+:\d\d(:\d\d)?$/;

const TRANSCRIPT_TITLE: Record<string, string> = { es: 'Transcripción', en: 'Transcript' };

export interface PageContent {
  /** The video; a page has it once, however often notes are added to it. */
  head: Block[];
  text: Block[];
}

/** What a reader sees: the video, the gist in a callout, the note with a toggle for each chapter, and the transcript when wanted. */
export function pageContent(note: Note, { transcript = false }: { transcript?: boolean }): PageContent {
  const { lead, rest, tags } = partsOf(parseMarkdown(note.markdown).children);
  const text = [
    ...(lead.length > 0 ? [callout(lead)] : []),
    ...chapters(rest),
    ...tags.flatMap(blocksOfNode),
    ...(transcript && note.transcript.length > 0 ? [transcriptToggle(note)] : []),
  ];
  return { head: video(note), text };
}

function video({ url, isEmbeddable }: Note): Block[] {
  if (url === null || url.length > MAX_URL || !URL.canParse(url)) return [];
  return [leaf(isEmbeddable ? { video: { external: { url } } } : { bookmark: { url } })];
}

interface Parts {
  lead: readonly RootContent[];
  rest: readonly RootContent[];
  tags: readonly RootContent[];
}

/** The paragraphs and the quote before the first heading say what the note is about; its last line names its tags. */
function partsOf(nodes: readonly RootContent[]): Parts {
  const end = nodes.findIndex((node) => node.type !== 'paragraph' && node.type !== 'blockquote');
  const start = end > 0 && nodes[end]?.type === 'heading' ? end : 0;
  const tags = nodes.slice(start).filter((node, place, { length }) => place === length - 1 && isLabelled(node));
  return { lead: nodes.slice(0, start), rest: nodes.slice(start, nodes.length - tags.length), tags };
}

/** A paragraph that begins with a bold word and a colon. */
function isLabelled(node: RootContent): boolean {
  const [first] = node.type === 'paragraph' ? node.children : [];
  return first?.type === 'strong' && plainText(first).endsWith(':');
}

function callout([first, ...others]: readonly RootContent[]): Block {
  // A quote would leave the line beside the sign empty.
  const opening = first?.type === 'blockquote' ? first.children : first ? [first] : [];
  const { rich_text, children } = textAndChildren([...opening, ...others]);
  const icon = { emoji: '💡' as const };
  return {
    kind: 'container',
    children,
    build: (inside) => ({ callout: { rich_text, icon, color: 'gray_background', ...inside } }),
  };
}

/** A heading that begins with a moment of the video becomes a toggle with what follows it, up to the next heading as high. */
function chapters(nodes: readonly RootContent[]): Block[] {
  const blocks: Block[] = [];
  for (let place = 0; place < nodes.length; ) {
    const node = nodes[place];
    if (!node) break;
    place += 1;
    if (node.type !== 'heading' || !isChapter(node)) {
      blocks.push(...blocksOfNode(node));
      continue;
    }
    const next = nodes.findIndex(
      (later, index) => index >= place && later.type === 'heading' && later.depth <= node.depth,
    );
    const end = next < 0 ? nodes.length : next;
    blocks.push(chapter(node, nodes.slice(place, end)));
    place = end;
  }
  return blocks;
}

function isChapter({ children: [first] }: Heading): boolean {
  return first?.type === 'link' && TIMESTAMP.test(plainText(first));
}

function chapter(title: Heading, nodes: readonly RootContent[]): Block {
  const [rich_text = [], ...more] = richTexts(title.children);
  return {
    kind: 'container',
    children: [...more.map(paragraph), ...nodes.flatMap(blocksOfNode)],
    build: (inside) => ({ heading_3: { rich_text, is_toggleable: true, ...inside } }),
  };
}

function transcriptToggle({ transcript, language }: Note): Block {
  const title = TRANSCRIPT_TITLE[language?.slice(0, 2) ?? ''] ?? TRANSCRIPT_TITLE.en;
  const [rich_text = []] = richTexts([{ type: 'text', value: title ?? '' }]);
  return {
    kind: 'container',
    children: transcript.flatMap(passage),
    build: (inside) => ({ toggle: { rich_text, ...inside } }),
  };
}

function passage({ start, link, text }: Passage): Block[] {
  const moment = {
    type: 'link' as const,
    url: link,
    children: [{ type: 'text' as const, value: formatTimestamp(start) }],
  };
  return richTexts([moment, { type: 'text', value: ` ${text}` }]).map(paragraph);
}
