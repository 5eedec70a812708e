import { formatTimestamp } from '@destila/contracts';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import type { Note } from '../destination.ts';

/** The note as a file: YAML front matter that Obsidian shows as properties, then the text as it was saved. */
export function renderNote(note: Note): string {
  return `${renderFrontMatter({
    title: note.title,
    url: note.url,
    channel: note.channel,
    category: note.category?.name ?? null,
    // Obsidian takes no tag with a space in it.
    tags: note.tags.map((tag) => tag.trim().replaceAll(/\s+/g, '-')),
    language: note.language,
    duration: note.durationSeconds === null ? null : formatTimestamp(note.durationSeconds),
    published: note.published,
    saved: note.savedAt.toISOString(),
    destila_id: note.importKey,
  })}\n${note.markdown.trimEnd()}\n`;
}

/** Front matter alone, without what is null. */
export function renderFrontMatter(properties: Record<string, unknown>): string {
  const known = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
  return `---\n${stringify(known, { lineWidth: 0 })}---\n`;
}

const identitySchema = z.object({ destila_id: z.string(), title: z.unknown() });

/** Which note a file is, by its front matter; null when it is none of ours. */
export function identityOf(text: string): { importKey: string; title: unknown } | null {
  const [, yaml] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text) ?? [];
  if (yaml === undefined) return null;
  const identity = identitySchema.safeParse(parseDocument(yaml).toJS());
  return identity.success ? { importKey: identity.data.destila_id, title: identity.data.title } : null;
}
