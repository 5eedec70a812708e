/** Controls, and the marks that turn the direction of writing: with them a name can be made to look like another. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
/** Characters; the sites we know allow some 100 to 250. */
const LONGEST = 500;

/** A title or a name of the outside as one line that reads as it is; null when that leaves nothing. */
export function oneLine(text: string | null): string | null {
  const line = text?.replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim().slice(0, LONGEST).toWellFormed();
  return line || null;
}
