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
