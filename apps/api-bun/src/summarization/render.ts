import {
  formatTimestamp,
  type KeyPoint,
  type MarkdownBlock,
  type MarkdownInline,
  videoLinkAt,
  writeMarkdown,
} from '@destila/contracts';
import { type Labels, labelsIn, languageOfLabels } from './labels.ts';
import type { Gap, Summary } from './summary.ts';
import type { Template } from './templates.ts';

export interface RenderOptions {
  /** Whose video the timestamps link to. */
  job: { id: string; url: string };
  /** ISO 639-1: of the headings. */
  language: string;
  /** The summary is an extract, and has to say so. */
  extract: { prompted: boolean } | null;
  /** What is not summarised as asked. */
  gaps?: Gap[];
  /** What it was written by. */
  template?: Template | null;
}

/** A summary as canonical Markdown, without its title: wherever it is shown or published has a place for that. */
export function renderSummary(summary: Summary, options: RenderOptions): string {
  const { job, language, extract, gaps = [], template } = options;
  const labels = labelsIn(language);
  const headings = { ...labels, ...template?.headings?.[languageOfLabels(language)] };
  const linked = (point: KeyPoint) => pointWithLink(job, point);
  const { overview, key_points, chapters, action_items, quotes, tags } = summary;
  return writeMarkdown([
    ...gapNotice(job, labels, gaps),
    ...(extract ? [extractNote(labels, extract.prompted)] : []),
    ...overview.map((text) => paragraph(plain(text))),
    ...section(headings.keyPoints, [bullets(key_points.map(linked))], key_points.length),
    ...section(
      headings.chapters,
      chapters.flatMap((chapter) => chapterBlocks(job, chapter)),
      chapters.length,
    ),
    ...section(labels.actionItems, [tasks(action_items.map(linked))], action_items.length),
    ...section(
      labels.quotes,
      quotes.map((quote) => quotation(job, labels, quote)),
      quotes.length,
    ),
    ...(tags.length > 0 ? [paragraph(bold(`${labels.tags}:`), plain(` ${tags.join(', ')}`))] : []),
  ]);
}

type Job = RenderOptions['job'];

function extractNote({ extractive }: Labels, prompted: boolean): MarkdownBlock {
  const sentences = [extractive.what, ...(prompted ? [extractive.prompted] : []), extractive.how];
  return { type: 'blockquote', children: [paragraph(bold(extractive.name), plain(` ${sentences.join(' ')}`))] };
}

/** Says which minutes are not summarised as asked, before anything else is said. */
function gapNotice(job: Job, { gaps: words }: Labels, gaps: Gap[]): MarkdownBlock[] {
  if (gaps.length === 0) return [];
  const kindOf = ({ why, extracted }: Gap) => (extracted || why === 'skipped' ? why : 'nothing');
  const sentences = (['unusable', 'budget', 'skipped', 'nothing'] as const).flatMap((kind) => {
    const stretches = gaps.filter((gap) => kindOf(gap) === kind);
    if (stretches.length === 0) return [];
    const [before, after] = words[kind];
    return [
      plain(` ${before} `),
      ...stretches.flatMap((gap, n) => [...(n === 0 ? [] : [plain(', ')]), stretchLink(job, gap)]),
      plain(after.startsWith(':') ? after : ` ${after}`),
    ];
  });
  return [{ type: 'blockquote', children: [paragraph(bold(words.name), ...sentences)] }];
}

function stretchLink(job: Job, { start, end }: Gap): MarkdownInline {
  const text = `${formatTimestamp(start)}–${formatTimestamp(end)}`;
  return { type: 'link', url: videoLinkAt(job, start), children: [plain(text)] };
}

function quotation(
  job: Job,
  { quotationMarks: [open, close] }: Labels,
  { text, start_seconds }: KeyPoint,
): MarkdownBlock {
  const quoted = pointWithLink(job, { text: `${open}${text}${close}`, start_seconds });
  return { type: 'blockquote', children: [paragraph(...quoted)] };
}

function chapterBlocks(job: Job, { title, start, points }: Summary['chapters'][number]): MarkdownBlock[] {
  const name = heading(3, timestampLink(job, start), plain(` ${title}`));
  return points.length > 0 ? [name, bullets(points.map((point) => pointWithLink(job, point)))] : [name];
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

function tasks(items: MarkdownInline[][]): MarkdownBlock {
  return {
    type: 'list',
    spread: false,
    children: items.map((item) => ({
      type: 'listItem',
      spread: false,
      checked: false,
      children: [paragraph(...item)],
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
