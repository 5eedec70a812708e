import type { Segment } from '@destila/contracts';
import { spokenText } from './spoken-text.ts';

/**
 * Reads WebVTT or SubRip; the two differ in nothing that matters here. Whatever is no cue is passed over, so any text
 * is taken and a text without cues gives []. Segments are in order of time, with `end >= start >= 0` in seconds.
 */
export function parseCaptions(text: string): Segment[] {
  const cues = readCues(text).sort((a, b) => a.start - b.start);
  return withoutRepeats(withEnds(cues)).map((cue, id) => ({
    id,
    start: cue.start,
    end: cue.end,
    text: cue.lines.join(' '),
    ...(cue.speaker ? { speaker: cue.speaker } : {}),
  }));
}

interface Cue {
  start: number;
  end: number;
  lines: string[];
  speaker: string | undefined;
}
/** A cue as it stands in the file, where the end may be missing. */
type WrittenCue = Omit<Cue, 'end'> & { end: number | undefined };

/** `1:02:03.456`, `02:03,456` or `02:03`; five digits of hours are more than any video and still an exact number. */
const TIME = String.raw`(?:(\d{1,5}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3})\d*)?`;
const TIMING_LINE = new RegExp(String.raw`^\s*(-?)${TIME}\s*--?>\s*(?:(-?)${TIME})?`);

function readCues(text: string): WrittenCue[] {
  const blocks = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/);
  return blocks.flatMap((block) => readBlock(block.split('\n')));
}

/** A block holds one cue; where the empty line between two is missing, it holds several. */
function readBlock(lines: string[]): WrittenCue[] {
  const timings = lines.flatMap((line, index) => {
    const match = TIMING_LINE.exec(line);
    return match ? [{ index, ...readTimes(match) }] : [];
  });
  return timings.flatMap(({ index, start, end }, n) => {
    const next = timings[n + 1]?.index;
    const payload = lines.slice(index + 1, next);
    if (next !== undefined && /^\s*\d+\s*$/.test(payload.at(-1) ?? '')) payload.pop();
    return readVoices(payload.join('\n')).map((voice) => ({ start, end, ...voice }));
  });
}

function readTimes(match: RegExpExecArray): { start: number; end: number | undefined } {
  const [, minus, h, m, s, ms, endMinus, endH, endM, endS, endMs] = match;
  return {
    start: seconds(minus, h, m, s, ms),
    end: endM === undefined ? undefined : seconds(endMinus, endH, endM, endS, endMs),
  };
}

/** A time before the beginning, which careless shifting of subtitles makes, is the beginning. */
function seconds(minus = '', h = '0', m = '0', s = '0', fraction = ''): number {
  if (minus !== '') return 0;
  return Number(h) * 3600 + Number(m) * 60 + Number(s) + Number(fraction.padEnd(3, '0')) / 1000;
}

/** `<v Ana>Hello</v> <v Luis>Hi</v>` in one cue is two people who speak. */
function readVoices(payload: string): Array<Pick<Cue, 'lines' | 'speaker'>> {
  return payload
    .split(/(?=<v[.\s])/)
    .map((part) => ({
      lines: part
        .split('\n')
        .map((line) => spokenText(decodeEntities(stripTags(line))))
        .filter((line) => line !== ''),
      speaker: spokenText(decodeEntities(/^<v(?:\.[^\s>]*)?\s+([^<>]+)>/.exec(part)?.[1] ?? '')) || undefined,
    }))
    .filter((voice) => voice.lines.length > 0);
}

/** VTT's tags and timestamps, SubRip's HTML, and the `{\an8}` that it took over from SubStation Alpha. */
function stripTags(line: string): string {
  return line.replace(/<\/?[a-z\d][^<>]*>/gi, '').replace(/\{\\[^{}]*\}/g, '');
}

const NAMED_ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decodeEntities(line: string): string {
  return line.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (entity, decimal, hex, name) => {
    if (name !== undefined) return NAMED_ENTITIES[name.toLowerCase()] ?? (/^[lr]lm$/i.test(name) ? '' : entity);
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/** Seconds a cue lasts that has no end of its own and none after it. */
const LAST_CUE_SECONDS = 4;

/** A missing end, or one before the start, is where the next cue begins. */
function withEnds(cues: WrittenCue[]): Cue[] {
  return cues.map((cue, index) => {
    if (cue.end !== undefined && cue.end >= cue.start) return { ...cue, end: cue.end };
    const next = cues.slice(index + 1, index + 20).find((later) => later.start > cue.start);
    return { ...cue, end: next?.start ?? cue.start + LAST_CUE_SECONDS };
  });
}

/** Seconds between two cues that follow each other on the screen without a break. */
const TOUCHING_SECONDS = 0.1;

/**
 * Automatic captions roll: every cue shows again the line before its own, and some grow word by word. What was already
 * on the screen is dropped; the cue that first showed it lasts longer instead.
 */
function withoutRepeats(cues: Cue[]): Cue[] {
  const kept: Cue[] = [];
  let shown: Cue | undefined;
  for (const cue of cues) {
    const last = kept.at(-1);
    if (last === undefined || shown === undefined || !follows(shown, cue)) kept.push({ ...cue });
    else addFresh(kept, last, { ...cue, lines: cue.lines.slice(overlap(shown.lines, cue.lines)) });
    shown = cue;
  }
  return kept;
}

function follows(shown: Cue, cue: Cue): boolean {
  return cue.start <= shown.end + TOUCHING_SECONDS && cue.speaker === shown.speaker;
}

function addFresh(kept: Cue[], last: Cue, cue: Cue): void {
  const [first, ...rest] = cue.lines;
  const growing = last.lines.at(-1);
  if (first === undefined) last.end = Math.max(last.end, cue.end);
  else if (growing !== undefined && first.startsWith(`${growing} `)) {
    last.lines = [...last.lines.slice(0, -1), first, ...rest];
    last.end = Math.max(last.end, cue.end);
  } else kept.push(cue);
}

/** How many lines at the end of what was shown are those at the beginning of the cue. */
function overlap(shown: string[], lines: string[]): number {
  for (let count = Math.min(shown.length, lines.length); count > 0; count--) {
    if (shown.slice(-count).every((line, index) => line === lines[index])) return count;
  }
  return 0;
}
