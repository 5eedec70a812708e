import { WHISPER_LANGUAGES } from './whisper-languages.ts';

/** Whisper's own names (openai/whisper, `tokenizer.py`) where they are not the ones of the Unicode locale data. */
const OTHER_NAMES = new Map([
  ['bengali', 'bn'],
  ['myanmar', 'my'],
  ['nynorsk', 'nn'],
  ['castilian', 'es'],
  ['mandarin', 'zh'],
]);

/** The BCP 47 language that a speech server means: some name it in English (`spanish`), others by its code. */
export function languageOf(nameOrCode: string | null | undefined): string | null {
  const wanted = plain(nameOrCode ?? '');
  const named = OTHER_NAMES.get(wanted) ?? [...WHISPER_LANGUAGES].find((code) => englishName(code) === wanted);
  const code = named ?? wanted.split(/[-_]/)[0] ?? '';
  return WHISPER_LANGUAGES.has(code) ? (Intl.getCanonicalLocales(code)[0] ?? null) : null;
}

const ENGLISH_NAMES = new Intl.DisplayNames(['en'], { type: 'language' });

function englishName(code: string): string {
  return plain(ENGLISH_NAMES.of(code) ?? code);
}

/** Without case and accents: `Māori` is `maori` to Whisper. */
function plain(text: string): string {
  return text.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}
