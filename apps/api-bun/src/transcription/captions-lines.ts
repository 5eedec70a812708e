import type { Cue, Piece } from './captions-cue.ts';
import { hasWords, readTurn, withoutSounds } from './spoken-text.ts';

/** What stands on the screen from one second to another: at least one line. */
export interface Screen {
  start: number;
  end: number;
  lines: Line[];
}

/** A line with nothing left but what is said. */
export interface Line {
  text: string;
  /** In order, where the file says when words are said. */
  moments: Moment[];
  /** Another person begins to speak here. */
  opens: boolean;
  speaker: string | undefined;
}

/** The second at which a text arrives at a character. */
export interface Moment {
  offset: number;
  seconds: number;
}

/** The cues of a file as they come on the screen, each once. */
export function readScreen(cues: Cue[]): Screen[] {
  const shown = cues
    .map(({ pieces, ...times }) => ({ ...times, lines: readLines(pieces) }))
    .filter(({ lines }) => lines.length > 0)
    .sort((a, b) => a.start - b.start);
  return withoutDoubles(withEnds(shown));
}

/** Seconds a cue lasts that has no end of its own and none after it. */
const LAST_CUE_SECONDS = 4;

/** A missing end, or one that is not after the start, is where the next cue begins. */
function withEnds(cues: (Omit<Screen, 'end'> & { end: number | undefined })[]): Screen[] {
  return cues.map((cue, index) => {
    if (cue.end !== undefined && cue.end > cue.start) return { ...cue, end: cue.end };
    const next = cues.slice(index + 1, index + 20).find((later) => later.start > cue.start);
    return { ...cue, end: next?.start ?? cue.start + LAST_CUE_SECONDS };
  });
}

/** Streams cut into parts repeat in each part what crosses its border. */
function withoutDoubles(screens: Screen[]): Screen[] {
  const seen = new Set<string>();
  return screens.filter(({ start, end, lines }) => {
    const key = `${start} ${end} ${lines.map(({ text }) => text).join('\n')}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** `>>` begins a line of its own wherever it stands; a description of sounds may be broken over lines. */
const TURN_WITHIN = /(?<=\s)>>(?=\s)/g;
const BROKEN_DESCRIPTION = /\[[^[\]]{1,80}\]|\([^()]{1,80}\)/g;

function readLines(pieces: Piece[]): Line[] {
  const lines: Piece[][] = [[]];
  for (const { text, ...rest } of pieces) {
    const whole = text.replace(BROKEN_DESCRIPTION, (described) => described.replaceAll('\n', ' '));
    for (const [index, part] of whole.replace(TURN_WITHIN, '\n>>').split('\n').entries()) {
      if (index > 0) lines.push([]);
      lines.at(-1)?.push({ text: part, ...rest });
    }
  }
  return lines.map(readLine).filter(({ text }) => hasWords(text));
}

function readLine(pieces: Piece[]): Line {
  const { opens, speaker, rest } = openingOf(pieces);
  const line: Line = { text: '', moments: [], opens, speaker };
  let space = false;
  for (const { text, at } of rest) {
    const said = withoutSounds(text);
    if (line.text !== '' && said !== '' && (space || /^\s/.test(text))) line.text += ' ';
    if (at !== undefined && said !== '') line.moments.push({ offset: line.text.length, seconds: at });
    line.text += said;
    space = /\s$/.test(text) || (space && said === '');
  }
  return line;
}

/** Who speaks is said by the file's own means, or by the first words. */
function openingOf(pieces: Piece[]): Pick<Line, 'opens' | 'speaker'> & { rest: Piece[] } {
  const first = pieces.findIndex(({ text }) => text.trim() !== '');
  const piece = pieces[first];
  if (!piece) return { opens: false, speaker: undefined, rest: [] };
  const { opens, speaker, said } = readTurn(piece.text);
  const named = piece.speaker === undefined ? '' : withoutSounds(piece.speaker);
  return { opens, speaker: named || speaker, rest: [{ ...piece, text: said }, ...pieces.slice(first + 1)] };
}
