import { type Cue, LAST_SECOND, type Piece } from './captions-cue.ts';

/** `1:02:03.456`, `02:03,456` or `02:03`. */
const TIME = String.raw`(?:(\d{1,5}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3})\d*)?`;
const TIMING_LINE = new RegExp(String.raw`^\s*(-?)${TIME}\s*--?>\s*(?:(-?)${TIME})?`);
const TIMESTAMP = new RegExp(`^${TIME}$`);

/** Reads WebVTT or SubRip; the two differ in nothing that matters here. */
export function readVttOrSrt(text: string): Cue[] {
  const blocks = text.replace(/\r\n?/g, '\n').split(/\n{2,}/);
  return blocks.flatMap((block) => readBlock(block.split('\n')));
}

/** A block holds one cue; where the empty line between two is missing, it holds several. */
function readBlock(lines: string[]): Cue[] {
  const timings = lines.flatMap((line, index) => {
    const match = TIMING_LINE.exec(line);
    return match ? [{ index, ...readTimes(match) }] : [];
  });
  return timings.map(({ index, start, end }, n) => {
    const next = timings[n + 1]?.index;
    const payload = lines.slice(index + 1, next);
    if (next !== undefined && /^\s*\d+\s*$/.test(payload.at(-1) ?? '')) payload.pop();
    return { start, end, pieces: readPayload(payload.join('\n')) };
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
  const whole = Number(h) * 3600 + Number(m) * 60 + Number(s);
  return Math.min(LAST_SECOND, whole + Number(fraction.padEnd(3, '0')) / 1000);
}

/** VTT's times and voices, its other tags, and SubRip's HTML. */
const TAG = /<(?:(\d[\d:.]*)|(\/?v)(?:\.[^\s<>]*)?(?:\s([^<>]*))?|\/?[a-z\d][^<>]*)>/gi;

/** `hello<00:00:01.000> world` gives its words their times, `<v Ana>Hello</v> <v Luis>Hi</v>` their speakers. */
function readPayload(payload: string): Piece[] {
  const pieces: Piece[] = [];
  let current: Omit<Piece, 'text'> = {};
  let from = 0;
  const take = (to: number) => {
    if (to > from) pieces.push({ text: plainText(payload.slice(from, to)), ...current });
  };
  for (const tag of payload.matchAll(TAG)) {
    const [markup, time, voice, name] = tag;
    take(tag.index);
    from = tag.index + markup.length;
    if (time !== undefined) current = { ...current, at: readTimestamp(time) };
    else if (voice === '/v') current = { ...current, speaker: undefined };
    else if (voice !== undefined) {
      current = { ...current, speaker: plainText(name ?? '') };
      pieces.push({ text: '\n' });
    }
  }
  take(payload.length);
  return pieces;
}

function readTimestamp(time: string): number | undefined {
  const match = TIMESTAMP.exec(time);
  return match ? seconds('', ...match.slice(1)) : undefined;
}

/** Without `{\an8}`, which SubRip took over from SubStation Alpha. */
function plainText(text: string): string {
  return decodeEntities(text.replace(/\{\\[^{}]*\}/g, ''));
}

const NAMED_ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (entity, decimal, hex, name) => {
    if (name !== undefined) return NAMED_ENTITIES[name.toLowerCase()] ?? (/^[lr]lm$/i.test(name) ? '' : entity);
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}
