import { snippetParts } from './snippet.ts';

/** A passage with the words that match marked. */
export function Snippet({ text }: { text: string }) {
  return snippetParts(text).map((part) =>
    part.marked ? (
      <mark key={part.at} className="text-ink">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  );
}
