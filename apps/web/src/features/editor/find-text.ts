export interface TextPart {
  text: string;
  marked: boolean;
  at: number;
}

const ACCENTS = /\p{M}/gu;

/** Without case or accents, one character for each of the original, so that positions agree: `Célula` → `celula`. */
export function folded(text: string): string {
  return Array.from(text, (character) => {
    const plain = character.normalize('NFD').replace(ACCENTS, '').toLowerCase();
    return plain.length === character.length ? plain : character;
  }).join('');
}

/** The text cut where `q`, already folded, occurs in it. */
export function markedParts(text: string, q: string): TextPart[] {
  if (!q) return [{ text, marked: false, at: 0 }];
  const haystack = folded(text);
  const parts: TextPart[] = [];
  let from = 0;
  for (let at = haystack.indexOf(q); at !== -1; at = haystack.indexOf(q, from)) {
    if (at > from) parts.push({ text: text.slice(from, at), marked: false, at: from });
    parts.push({ text: text.slice(at, at + q.length), marked: true, at });
    from = at + q.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), marked: false, at: from });
  return parts;
}
