import { countWords, type Heard } from './verbatim.ts';

const TIME = /\d{1,2}:\d{2}(?::\d{2})?/;
/** A time, or two with a dash, with the brackets around it, the words that lead to it and those that belong to it. */
const TIMES = new RegExp(
  `[([]?\\s*(?:(?:\\b(?:at|around|from|in|a las?|sobre las?|hacia las?|desde|hacia|en|de)\\s+)?(?:the\\s+|el\\s+|la\\s+|las\\s+)?(?:(?:minuto?e?s?|timestamp|marca)\\s+)?)?(?<!\\d)${TIME.source}(?:\\s*(?:[-–—]|to|a|hasta|until|and|y)(?:\\s+(?:el|las?))?\\s*${TIME.source})?(?![\\d])(?:\\s*(?:[ap]\\.?\\s?m\\b\\.?|hrs?\\b|h\\b))?\\s*[)\\]]?`,
  'giu',
);
/** `minute 12`, `el minuto 12`, `t=754s`. */
const MINUTES =
  /[([]?\s*(?:\b(?:at|around|in|from|en|hacia|sobre|desde|del?)\s+)?(?:the\s+|el\s+)?\b(?:minut[eo]s?\s+\d+|t=\d+s?)\b\s*[)\]]?/giu;
/** The ids of lines, which say nothing to a reader: `[12]`, `[12-15]`, `(lines 12, 14)`. */
const LINE_IDS =
  /\s*\[\s*\d+(?:\s*[-–,;]\s*\d+)*\s*\]|\s*[([]\s*(?:lines?|l[ií]neas?|segments?|segmentos?|ids?)\s*:?\s*\d+(?:\s*[-–,;]\s*\d+)*\s*[)\]]/giu;
const ADDRESS = /(?:\b[a-z][a-z0-9+.-]*:\/\/|\bwww\.|\b(?:mailto|javascript|data|tel|xmpp):)[^\s<>"'()[\]]*/giu;
const MAIL = /[\p{L}\p{N}._+-]+@[\p{L}\p{N}-]+\.[\p{L}\p{N}.-]+/giu;
const QUOTED = /"([^"]+)"|“([^”]+)”|«([^»]+)»/gu;
/** Words that are in quotation marks for other reasons than being a quote: a title, a term. */
const LONGEST_TERM = 4;

/**
 * A model's text as it may stand in a note: plain, without anything that only the transcript could tell and does not:
 * times, ids, addresses, and quotation marks around what nobody said.
 */
export function tidy(text: string, heard: Heard): string {
  const plain = text
    .normalize('NFC')
    // Control characters, and those that turn the direction of the text around.
    .replace(/[\p{Cc}\p{Co}\u200b\u2028-\u202e\u2066-\u2069\ufeff]+/gu, ' ')
    .replace(/!?\[([^\]]*)\]\([^()\s]*(?:\([^()]*\)[^()]*)*\)/gu, '$1')
    .replace(/\*\*|__|`+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const known = plain
    .replace(LINE_IDS, '')
    .replace(ADDRESS, (address) => addressAsText(address, heard))
    .replace(MAIL, (address) => (heard.holds(address) ? address : ''))
    .replace(TIMES, (times) => (new RegExp(TIME, 'g')[Symbol.match](times)?.every(heard.holds) ? times : ' '))
    .replace(MINUTES, (minute) => (heard.holds(minute.replace(/[()[\]]/g, '').trim()) ? minute : ' '))
    .replace(QUOTED, (quoted, ...[straight, curly, angular]: string[]) =>
      quoteOrWords(quoted, straight ?? curly ?? angular ?? '', heard),
    );
  return mendGaps(known, plain);
}

/** Several texts of one: paragraphs. */
export function tidyParagraphs(text: string, heard: Heard): string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => tidy(paragraph, heard))
    .filter((paragraph) => paragraph !== '');
}

/** Without what would make it a link of its own. */
function addressAsText(address: string, heard: Heard): string {
  const bare = address.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/)?/i, '').replace(/^www\./i, '');
  return bare !== '' && heard.holds(bare.replace(/[.,;:!?/]+$/, '')) ? bare : '';
}

function quoteOrWords(quoted: string, words: string, heard: Heard): string {
  return countWords(words) <= LONGEST_TERM || heard.find(words) ? quoted : words;
}

/** After something was taken out: no empty brackets, no space before a comma, no text that begins with one. */
function mendGaps(text: string, before: string): string {
  const isChanged = text !== before;
  const tidied = (isChanged ? text.replace(/\(\s*\)|\[\s*\]/g, '') : text)
    .replace(/^(?:\s*(?:[-–—*•·:;,.|>]|#{1,6}|\d+[.)])\s+)+/u, '')
    .replace(/\s+/g, ' ')
    .trim();
  const mended = isChanged ? tidied.replace(/\s+([,.;:!?…])/gu, '$1').replace(/^[,.;:–—-]\s*/u, '') : tidied;
  if (!/[\p{L}\p{N}]/u.test(mended)) return '';
  return isChanged && /^\p{Lu}/u.test(before) ? mended.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()) : mended;
}
