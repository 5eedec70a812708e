import { canonicalMarkdown, MARKDOWN_STYLE } from '@destila/contracts';
import { CrepeBuilder } from '@milkdown/crepe/builder';
import { type BlockEditFeatureConfig, blockEdit } from '@milkdown/crepe/feature/block-edit';
import { linkTooltip } from '@milkdown/crepe/feature/link-tooltip';
import { listItem } from '@milkdown/crepe/feature/list-item';
import { placeholder } from '@milkdown/crepe/feature/placeholder';
import { toolbar } from '@milkdown/crepe/feature/toolbar';
import { editorViewOptionsCtx, remarkStringifyOptionsCtx } from '@milkdown/kit/core';
import { linkSchema } from '@milkdown/kit/preset/commonmark';
import type { Messages } from '../../lib/i18n/index.ts';

export interface NoteEditorHandle {
  /** The note as it stands, in canonical form; exactly the given Markdown while nothing was edited. */
  read: () => string;
  destroy: () => void;
}

interface NoteEditorOptions {
  root: HTMLElement;
  markdown: string;
  words: Messages['editor'];
  onChange: (markdown: string) => void;
}

/** Milkdown's Crepe with what a note needs, and no more: text, lists, links, a bar over the selection, a menu on `/`. */
export async function createNoteEditor({
  root,
  markdown,
  words,
  onChange,
}: NoteEditorOptions): Promise<NoteEditorHandle> {
  const crepe = new CrepeBuilder({ root, defaultValue: markdown })
    .addFeature(listItem)
    .addFeature(blockEdit, blockMenu(words.blocks))
    .addFeature(linkTooltip, { inputPlaceholder: words.linkPlaceholder })
    .addFeature(placeholder, { text: words.placeholder, mode: 'doc' })
    .addFeature(toolbar, {
      boldLabel: words.bold,
      italicLabel: words.italic,
      strikethroughLabel: words.strike,
      codeLabel: words.code,
      linkLabel: words.link,
    });
  crepe.editor.use(momentLink).config((context) => {
    context.set(remarkStringifyOptionsCtx, MARKDOWN_STYLE);
    context.update(editorViewOptionsCtx, (options) => ({
      ...options,
      attributes: { role: 'textbox', 'aria-multiline': 'true', 'aria-label': words.note, spellcheck: 'true' },
    }));
  });
  const untouched = { written: '' };
  const read = () => {
    const written = canonicalMarkdown(crepe.getMarkdown());
    return written === untouched.written ? markdown : written;
  };
  crepe.on((listener) => listener.markdownUpdated(() => onChange(read())));
  await crepe.create();
  untouched.written = canonicalMarkdown(crepe.getMarkdown());
  return { read, destroy: () => void crepe.destroy() };
}

/** What is typed before a moment that opens a line is not part of its link. */
const momentLink = linkSchema.extendSchema((schema) => (context) => ({ ...schema(context), inclusive: false }));

/** What `/` offers; null leaves an entry out. */
function blockMenu(words: Messages['editor']['blocks']): BlockEditFeatureConfig {
  return {
    textGroup: {
      label: words.text,
      text: { label: words.paragraph },
      h1: null,
      h2: { label: words.heading(2) },
      h3: { label: words.heading(3) },
      h4: null,
      h5: null,
      h6: null,
      quote: { label: words.quote },
      divider: { label: words.divider },
    },
    listGroup: {
      label: words.lists,
      bulletList: { label: words.bulletList },
      orderedList: { label: words.orderedList },
      taskList: { label: words.taskList },
    },
    advancedGroup: {
      label: words.more,
      image: null,
      codeBlock: { label: words.codeBlock },
      table: null,
      math: null,
    },
  };
}
