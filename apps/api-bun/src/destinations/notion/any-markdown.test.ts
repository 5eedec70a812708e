import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  canonicalMarkdown,
  type MarkdownBlock,
  type MarkdownInline,
  parseMarkdown,
  writeMarkdown,
} from '@destila/contracts';
import fc from 'fast-check';
import { toString as plainText } from 'mdast-util-to-string';
import { NotionServer } from '../../../../../tests/notion-server/notion-server.ts';
import { blockText } from '../../../../../tests/notion-server/outline.ts';
import type { StoredBlock } from '../../../../../tests/notion-server/workspace.ts';
import type { Note } from '../destination.ts';
import { NotionDestination } from './notion-destination.ts';

let notion: NotionServer;
beforeAll(async () => {
  notion = await NotionServer.start();
});
afterAll(() => notion.stop());

/** Saves the Markdown as its own page, and gives what the page says. */
async function published(markdown: string): Promise<string> {
  const { token, dataSourceId, url: baseUrl } = notion;
  const note: Note = {
    importKey: crypto.randomUUID(),
    title: 'Nota',
    url: null,
    isEmbeddable: false,
    coverUrl: null,
    thumbnail: async () => null,
    markdown,
    transcript: [],
    category: null,
    tags: [],
    channel: null,
    published: null,
    durationSeconds: null,
    language: null,
    savedAt: new Date(),
  };
  const { externalId } = await new NotionDestination({ token, dataSourceId, baseUrl }).publish(note, {
    kept: null,
    repeated: false,
    onConflict: 'ask',
    keep: async () => {},
    confirm: () => {},
    signal: new AbortController().signal,
  });
  return textOf(notion.workspace.findPage(externalId).children);
}

function textOf(blocks: readonly StoredBlock[]): string {
  return blocks.map((block) => `${blockText(block)} ${textOf(block.children)}`).join(' ');
}

/** What sets words apart differs between Markdown and blocks, and `$$` may have become a formula. */
function letters(text: string): string {
  return text.toWellFormed().replaceAll(/[\s|$]+/gu, '');
}

function lettersOf(markdown: string): string {
  return letters(
    parseMarkdown(markdown)
      .children.map((node) => plainText(node, { includeImageAlt: true }))
      .join(' '),
  );
}

async function expectKept(markdown: string): Promise<void> {
  expect(letters(await published(markdown))).toBe(lettersOf(markdown));
}

describe('any Markdown that the editor can make', () => {
  const { inlines, document } = arbitraryMarkdown();

  test('is accepted by Notion and keeps its text', async () => {
    await fc.assert(
      fc.asyncProperty(document, async (blocks) => expectKept(canonicalMarkdown(writeMarkdown(blocks)))),
      { numRuns: 150 },
    );
  }, 120_000);

  test('is accepted where a text crosses the 2000th character with any sign', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1990, max: 2001 }), inlines, async (length, [first]) => {
        const sign = first?.type === 'text' ? first.value : '👩‍👩‍👧';
        await expectKept(
          canonicalMarkdown(writeMarkdown([paragraph([{ type: 'text', value: 'x'.repeat(length) + sign }])])),
        );
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('a nasty document', () => {
  const documents: Record<string, () => string> = {
    'a table of 10,000 lines': () =>
      `| n | x |\n| - | - |\n${Array.from({ length: 10_000 }, (_, row) => `| ${row} | v${row} |`).join('\n')}`,
    'a table of 120 columns': () => `|${' a |'.repeat(120)}\n|${' - |'.repeat(120)}\n|${' b |'.repeat(120)}`,
    'a table of 100 columns with links in every cell': () =>
      `|${' a |'.repeat(100)}\n|${' - |'.repeat(100)}\n|${` [日本語](https://example.org/${'y'.repeat(450)}) ${'日'.repeat(300)} |`.repeat(100)}`,
    'a cell of 250,000 characters': () => `| a | b |\n| - | - |\n| a | ${'日本語'.repeat(80_000)} |`,
    'a list nested 90 deep': () =>
      Array.from({ length: 90 }, (_, depth) => `${'  '.repeat(depth)}- nivel ${depth}`).join('\n'),
    'quotes nested 40 deep': () => `${'> '.repeat(40)}dentro`,
    'items with tables inside': () => '- a\n  - b\n    - c\n\n      | x | y |\n      | - | - |\n      | 1 | 2 |\n',
    'code of 300,000 characters': () => `\`\`\`ts\n${'const a = "ñ";\n'.repeat(20_000)}\`\`\``,
    'a paragraph of emoji': () => '👨‍👩‍👧‍👦🇪🇸'.repeat(2_000),
    'a thousand styles in one paragraph': () => Array.from({ length: 1000 }, (_, n) => `**n${n}** _y${n}_`).join(' '),
    'a heading of 10,000 characters': () => `## ${'título '.repeat(1_500)}`,
    'links that no server takes': () =>
      '[a](javascript:x) [b](/jobs/1) [c](<https://a b>) [d](https://ex%zz) [e](mailto:x@y.z)',
    'code in a language that nobody knows': () => '```brainfuck x=1\n+++\n```',
    'a formula that is too long': () => `\`\`\`math\n${'x+'.repeat(800)}\n\`\`\``,
    'raw HTML': () => '<details><summary>a</summary>\n\nb\n\n</details>',
    'chapters of a hundred points, each with points': () =>
      Array.from(
        { length: 12 },
        (_, part) =>
          `### [${part}:00](https://youtu.be/x?t=${part}) Parte ${part}\n\n${Array.from({ length: 120 }, (_, n) => `- punto ${n}\n  - detalle\n    - más`).join('\n')}`,
      ).join('\n\n'),
  };

  test.each(Object.keys(documents))(
    '%s is accepted and keeps its text',
    async (name) => {
      await expectKept(canonicalMarkdown(documents[name]?.() ?? ''));
    },
    60_000,
  );
});

function paragraph(children: MarkdownInline[]): MarkdownBlock {
  return { type: 'paragraph', children };
}

function arbitraryMarkdown() {
  const word = fc.oneof(
    fc.string({ minLength: 1, maxLength: 30 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.constantFrom(
      '$5 y $6',
      '*no*',
      '{color="red"}',
      '<callout>',
      'a|b',
      '# no',
      '- no',
      'karpenter.sh/v1',
      '🎬',
      '\u0001',
      '\ud800',
    ),
  );
  const text = word.map((value): MarkdownInline => ({ type: 'text', value }));
  const { inline } = fc.letrec<{ inline: MarkdownInline }>((tie) => ({
    inline: fc.oneof(
      { depthSize: 'small' },
      text,
      word.map((value): MarkdownInline => ({ type: 'inlineCode', value })),
      fc
        .tuple(fc.constantFrom('strong', 'emphasis', 'delete'), fc.array(tie('inline'), { minLength: 1, maxLength: 3 }))
        .map(([type, children]): MarkdownInline => ({ type, children })),
      fc
        .tuple(fc.webUrl(), word)
        .map(([url, value]): MarkdownInline => ({ type: 'link', url, children: [{ type: 'text', value }] })),
      fc.constant<MarkdownInline>({ type: 'break' }),
    ),
  }));
  const inlines = fc.array(inline, { minLength: 1, maxLength: 5 });
  const { block } = fc.letrec<{ block: MarkdownBlock }>((tie) => {
    const blocks = fc.array(tie('block'), { minLength: 1, maxLength: 3 });
    return {
      block: fc.oneof(
        { depthSize: 'small' },
        inlines.map(paragraph),
        fc
          .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6), inlines)
          .map(([depth, children]): MarkdownBlock => ({ type: 'heading', depth, children })),
        fc
          .tuple(fc.option(fc.constantFrom('ts', 'math', 'x y')), fc.string({ maxLength: 200 }))
          .map(([lang, value]): MarkdownBlock => ({ type: 'code', lang, value })),
        fc.constant<MarkdownBlock>({ type: 'thematicBreak' }),
        blocks.map((children): MarkdownBlock => ({ type: 'blockquote', children: children.filter(isBlockContent) })),
        fc.tuple(fc.boolean(), fc.option(fc.boolean()), fc.array(blocks, { minLength: 1, maxLength: 4 })).map(
          ([ordered, checked, items]): MarkdownBlock => ({
            type: 'list',
            ordered,
            children: items.map((children) => ({
              type: 'listItem',
              checked,
              children: children.filter(isBlockContent),
            })),
          }),
        ),
        fc.array(fc.array(inlines, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 4 }).map(
          (rows): MarkdownBlock => ({
            type: 'table',
            children: rows.map((cells) => ({
              type: 'tableRow',
              children: cells.map((children) => ({
                type: 'tableCell',
                children: children.filter(({ type }) => type !== 'break'),
              })),
            })),
          }),
        ),
      ),
    };
  });
  return { inlines, document: fc.array(block, { minLength: 1, maxLength: 6 }) };
}

type BlockContent = Extract<
  MarkdownBlock,
  { type: 'paragraph' | 'heading' | 'code' | 'thematicBreak' | 'blockquote' | 'list' | 'table' }
>;

function isBlockContent(node: MarkdownBlock): node is BlockContent {
  return ['paragraph', 'heading', 'code', 'thematicBreak', 'blockquote', 'list', 'table'].includes(node.type);
}
