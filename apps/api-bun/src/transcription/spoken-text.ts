/** Descriptions of sounds, as captions and Whisper write them: `[Música]`, `[BLANK_AUDIO]`, and a line that is all `(risas)`. */
const SOUND_DESCRIPTION = /\[[^[\]]{0,80}\]|^\s*\([^()]{0,80}\)\s*$/g;
const MUSIC_MARK = /[♩♪♫♬]/g;
/** `>> Hello` and `- Hello` mark that another person speaks. */
const SPEAKER_CHANGE = /^\s*(?:>>+|[-–—]\s)\s*/;
/** Direction marks, soft hyphens, the BOM: invisible, and in the way of comparing words. Joiners belong to some scripts. */
const INVISIBLE = /(?![\u200c\u200d])\p{Cf}/gu;

/** A line of a transcript with nothing left but what is said: '' when that is nothing. */
export function spokenText(line: string): string {
  const said = line
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(SPEAKER_CHANGE, '')
    .replace(SOUND_DESCRIPTION, ' ')
    .replace(MUSIC_MARK, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return hasWords(said) ? said : '';
}

function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
