import { SNIPPET_MARK } from '@destila/contracts';

export interface SnippetPart {
  text: string;
  marked: boolean;
  /** Where in the snippet the part begins. */
  at: number;
}

/** Splits a snippet at its marks. An open mark without its close marks the rest; stray marks vanish. */
export function snippetParts(snippet: string): SnippetPart[] {
  const parts: SnippetPart[] = [];
  let marked = false;
  let at = 0;
  for (const text of snippet.split(new RegExp(`([${SNIPPET_MARK.open}${SNIPPET_MARK.close}])`))) {
    if (text === SNIPPET_MARK.open) marked = true;
    else if (text === SNIPPET_MARK.close) marked = false;
    else if (text) parts.push({ text, marked, at });
    at += text.length;
  }
  return parts;
}
