import { detectAll } from 'tinyld';

/** Characters: more text does not change the verdict, less of it may. */
const SAMPLE = 20_000;
const ENOUGH_TO_TELL = 60;
/** A source that names its own language is believed when the words do not speak clearly against it. */
const PLAUSIBLE_RANKS = 3;

/**
 * The language of a text as ISO 639-1.
 * @param named what the source says of itself, as BCP 47; files are often labelled wrongly.
 */
export function languageOf(text: string, named: string | null): string {
  const hint = named?.toLowerCase().split('-')[0];
  const sample = text.slice(0, SAMPLE);
  const heard = sample.length >= ENOUGH_TO_TELL ? detectAll(sample).map(({ lang }) => lang) : [];
  if (hint && (heard.length === 0 || heard.slice(0, PLAUSIBLE_RANKS).includes(hint))) return hint;
  return heard[0] ?? 'en';
}

/** Those that are told apart from their neighbours without fail; a Catalan text may pass for French. */
const SURE = new Set(['en', 'es', 'fr', 'de', 'pt', 'it', 'nl', 'pl', 'ru', 'tr', 'ar', 'zh', 'ja', 'ko']);
/** How much of a language there has to be for a text to be in it, and how much of another to be in that. */
const CLEARLY = { it: 0.3, notIt: 0.05 };

/** Whether a text is clearly in another language than the one named (ISO 639-1). Names and terms of any language count little. */
export function isInAnotherLanguage(text: string, language: string): boolean {
  if (text.length < ENOUGH_TO_TELL || !SURE.has(language)) return false;
  const [first, ...others] = detectAll(text.slice(0, SAMPLE));
  if (!first || first.lang === language || first.accuracy < CLEARLY.it) return false;
  return !others.some(({ lang, accuracy }) => lang === language && accuracy > CLEARLY.notIt);
}
