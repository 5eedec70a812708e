/** Two words and more with slashes between them, that are no part of a path or an address: `entrada/salida`. */
const ALTERNATIVES = /(?<![\p{L}\p{N}_./:@-])\p{L}+(?:\/\p{L}+)+(?![\p{L}\p{N}_/@-]|[.:][\p{L}\p{N}/])/gu;

/** Postgres takes them for the path of a file, one word, so that neither of them would be found. */
export function spacedSlashes(text: string): string {
  return text.replaceAll(ALTERNATIVES, (words) => words.replaceAll('/', ' / '));
}
