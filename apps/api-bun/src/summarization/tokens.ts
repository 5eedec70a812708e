import type { Segment } from '@destila/contracts';
import type { ConfiguredModel } from './language-model.ts';

/**
 * Tokens that a character costs with the usual tokenizers, rather too many than too few: English and Spanish need about
 * three and a half characters for one, Chinese and Japanese one, other scripts two.
 */
const TOKENS_PER_CHARACTER = { latin: 0.28, ideographic: 1.1, other: 0.5 };
const IDEOGRAPHIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu;
const OTHER_LETTER = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/gu;
/** Only ASCII: nothing to look for. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII begins with them.
const ASCII = /^[\x00-\x7f]*$/;

/** How many tokens a text takes, estimated by its characters. */
export function estimateTokens(text: string): number {
  const { latin, ideographic, other } = TOKENS_PER_CHARACTER;
  if (ASCII.test(text)) return Math.ceil(text.length * latin);
  const ideographs = text.match(IDEOGRAPHIC)?.length ?? 0;
  const others = (text.match(OTHER_LETTER)?.length ?? 0) - ideographs;
  return Math.ceil((text.length - ideographs - others) * latin + ideographs * ideographic + others * other);
}

/** A segment as a model is shown it. */
export function lineOf({ id, text, speaker }: Segment): string {
  return `[${id}] ${speaker ? `${oneLine(speaker)}: ` : ''}${oneLine(text)}`;
}

/** Nothing that is said can begin a line of its own. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Tokens of transcript in one call, of which a model still gives a faithful account; many can read far more. */
const MOST_TOKENS_OF_PART = 16_000;
/** Of `characterBudget`. */
const CHARACTERS_PER_TOKEN = 4;

export function tokensOfPart({ characterBudget }: Pick<ConfiguredModel, 'characterBudget'>): number {
  return Math.min(MOST_TOKENS_OF_PART, Math.floor(characterBudget / CHARACTERS_PER_TOKEN));
}
