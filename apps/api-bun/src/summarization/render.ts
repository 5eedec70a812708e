import {
  formatTimestamp,
  type KeyPoint,
  type MarkdownBlock,
  type MarkdownInline,
  videoLinkAt,
  writeMarkdown,
} from '@destila/contracts';
import { type Labels, labelsIn } from './labels.ts';
import type { Summary } from './summary.ts';

export interface RenderOptions {
  /** Whose video the timestamps link to. */
  job: { id: string; url: string };
  /** ISO 639-1: of the headings. */
  language: string;
  /** The summary is an extract, and has to say so. */
  extract: { prompted: boolean } | null;
}

/** A summary as canonical Markdown, without its title: wherever it is shown or published has a place for that. */
export function renderSummary(summary: Summary, { job, language, extract }: RenderOptions): string {
  const labels = labelsIn(language);
  const linked = (point: KeyPoint) => pointWithLink(job, point);
  return writeMarkdown([
    ...(extract ? [extractNote(labels, extract.prompted)] : []),
    ...summary.overview.map((text) => paragraph(plain(text))),
    ...section(labels.keyPoints, [bullets(summary.key_points.map(linked))], summary.key_points.length),
    ...section(
      labels.chapters,
      summary.chapters.flatMap((chapter) => chapterBlocks(job, chapter)),
      summary.chapters.length,
    ),
    ...section(labels.actionItems, [tasks(summary.action_items)], summary.action_items.length),
    ...(summary.tags.length > 0 ? [paragraph(bold(`${labels.tags}:`), plain(` ${summary.tags.join(', ')}`))] : []),
  ]);
}

type Job = RenderOptions['job'];

function extractNote({ extractive }: Labels, prompted: boolean): MarkdownBlock {
  const sentences = [extractive.what, ...(prompted ? [extractive.prompted] : []), extractive.how];
  return { type: 'blockquote', children: [paragraph(bold(extractive.name), plain(` ${sentences.join(' ')}`))] };
}

function chapterBlocks(job: Job, { title, start, points }: Summary['chapters'][number]): MarkdownBlock[] {
  const name = heading(3, timestampLink(job, start), plain(` ${title}`));
  return points.length > 0 ? [name, bullets(points.map(({ text }) => [plain(text)]))] : [name];
}

function pointWithLink(job: Job, { text, start_seconds }: KeyPoint): MarkdownInline[] {
  return start_seconds === null ? [plain(text)] : [timestampLink(job, start_seconds), plain(` ${text}`)];
}

function timestampLink(job: Job, seconds: number): MarkdownInline {
  return { type: 'link', url: videoLinkAt(job, seconds), children: [plain(formatTimestamp(seconds))] };
}

function section(title: string, blocks: MarkdownBlock[], size: number): MarkdownBlock[] {
  return size === 0 ? [] : [heading(2, plain(title)), ...blocks];
}

function heading(depth: 2 | 3, ...children: MarkdownInline[]): MarkdownBlock {
  return { type: 'heading', depth, children };
}

function bullets(items: MarkdownInline[][]): MarkdownBlock {
  return {
    type: 'list',
    spread: false,
    children: items.map((item) => ({ type: 'listItem', spread: false, children: [paragraph(...item)] })),
  };
}

function tasks(items: string[]): MarkdownBlock {
  return {
    type: 'list',
    spread: false,
    children: items.map((item) => ({
      type: 'listItem',
      spread: false,
      checked: false,
      children: [paragraph(plain(item))],
    })),
  };
}

function paragraph(...children: MarkdownInline[]) {
  return { type: 'paragraph' as const, children };
}

function bold(text: string): MarkdownInline {
  return { type: 'strong', children: [plain(text)] };
}

function plain(value: string) {
  return { type: 'text' as const, value };
}
