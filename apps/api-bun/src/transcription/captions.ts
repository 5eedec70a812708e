import type { Segment } from '@destila/contracts';
import type { Cue } from './captions-cue.ts';
import { readJson3 } from './captions-json3.ts';
import { readScreen } from './captions-lines.ts';
import { rolls, withoutRepeats } from './captions-rolling.ts';
import { joinSentences } from './captions-sentences.ts';
import { readTtml } from './captions-ttml.ts';
import { splitTurns, type Turn } from './captions-turns.ts';
import { readVttOrSrt } from './captions-vtt-srt.ts';

const READERS = {
  vtt: readVttOrSrt,
  srt: readVttOrSrt,
  /** YouTube's own. */
  json3: readJson3,
  /** Also its older name, DFXP. */
  ttml: readTtml,
} as const satisfies Record<string, (text: string) => Cue[]>;

export interface CaptionsForm {
  format?: keyof typeof READERS;
  /** Captions somebody wrote stay cut as they are; those a machine made become sentences. */
  kind?: 'authored' | 'automatic';
}

/**
 * What is said in a captions file. Whatever is no cue is passed over, so any text is taken and a text without cues
 * gives []. Segments are in order of time, with `end >= start >= 0` in seconds, to the millisecond.
 */
export function parseCaptions(text: string, { format = 'vtt', kind = 'authored' }: CaptionsForm = {}): Segment[] {
  const shown = readScreen(READERS[format](text.replaceAll('\0', '').replace(/^\ufeff/, '')));
  // Captions that a machine made are also uploaded as somebody's own.
  const rolling = rolls(shown);
  const turns = (rolling ? withoutRepeats(shown) : shown).flatMap(splitTurns);
  return numbered(rolling || kind === 'automatic' ? joinSentences(turns) : turns);
}

function numbered(turns: Omit<Turn, 'moments' | 'opens'>[]): Segment[] {
  return turns
    .map(({ start, end, text, speaker }) => ({ start: rounded(start), end: rounded(end), text, speaker }))
    .sort((a, b) => a.start - b.start)
    .map(({ speaker, ...segment }, id) => ({ id, ...segment, ...(speaker ? { speaker } : {}) }));
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
