/**
 * Descriptions of sounds, as captions and Whisper write them: `[Música]`, `[BLANK_AUDIO]`, `【音楽】`, and a line that is
 * all `(risas)` or `*sighs*`.
 */
const SOUND_DESCRIPTION =
  /\[[^[\]]{0,80}\]|【[^【】]{0,80}】|^\s*\([^()]{0,80}\)\s*$|^\s*（[^（）]{0,80}）\s*$|^\s*\*[^*]{0,80}\*\s*$/g;
/** Notes, and the hash that British captions have in their place. */
const MUSIC_MARK = /[♩♪♫♬]|^\s*#\s|\s#\s*$/g;
/** `>> Hello`, `- Hello`, and `-Hola` or `—¿Vienes?`, which Spanish writes close: another person speaks. A minus stands before a digit. */
const SPEAKER_CHANGE = /^\s*(?:>>+|[-–—](?=[\s\p{L}\p{Ps}\p{Pi}¿¡"']))\s*/u;
/** `ANA: Hello`. */
const SPEAKER_NAME = /^\s*(\p{Lu}[\p{Lu}\p{M}\d .'’&-]{0,39}):\s+/u;
/** Direction marks, soft hyphens, the BOM: invisible, and in the way of comparing words. Joiners belong to some scripts. */
const INVISIBLE = /(?![\u200c\u200d])\p{Cf}/gu;

/** A line of a transcript with nothing left but what is said: '' when that is nothing. */
export function spokenText(line: string): string {
  const said = withoutSounds(line.replace(INVISIBLE, '').replace(SPEAKER_CHANGE, ''));
  return hasWords(said) ? said : '';
}

/** A line, or a part of one, without descriptions of sounds and without what cannot be seen. */
export function withoutSounds(text: string): string {
  return text
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(SOUND_DESCRIPTION, ' ')
    .replace(MUSIC_MARK, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** What the beginning of a line says of who speaks; `said` is the rest. */
export function readTurn(line: string): { opens: boolean; speaker: string | undefined; said: string } {
  const visible = line.replace(INVISIBLE, '');
  const unmarked = visible.replace(SPEAKER_CHANGE, '');
  const marked = unmarked !== visible;
  const [head = '', speaker] = SPEAKER_NAME.exec(unmarked) ?? [];
  const said = unmarked.slice(head.length);
  // Where everything is in capitals, a colon alone does not make a name.
  if (speaker === undefined || !(marked || /\p{Ll}/u.test(said))) {
    return { opens: marked, speaker: undefined, said: unmarked };
  }
  return { opens: true, speaker: speaker.trim(), said };
}
