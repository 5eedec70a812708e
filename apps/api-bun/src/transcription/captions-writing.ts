import type { Segment } from '@destila/contracts';

/** Segments as WebVTT, a cue each, with who speaks as its voice. */
export function writeVtt(segments: Segment[]): string {
  const cues = segments.map((segment) => {
    const said = escapeVtt(oneLine(segment.text));
    const text = segment.speaker ? `<v ${escapeVtt(oneLine(segment.speaker))}>${said}</v>` : said;
    return `\n${timing(segment, '.')}\n${text}\n`;
  });
  return `WEBVTT\n${cues.join('')}`;
}

/** Segments as SubRip, which has no word for who speaks: the name stands in capitals before a colon, as subtitlers write it. */
export function writeSrt(segments: Segment[]): string {
  const cues = segments.map((segment, index) => {
    const who = segment.speaker ? `${oneLine(segment.speaker).toUpperCase()}: ` : '';
    return `${index + 1}\n${timing(segment, ',')}\n${keepLiteral(oneLine(who + segment.text))}\n`;
  });
  return cues.join('\n');
}

/** Players pass over a cue that does not last. */
const SHORTEST = 0.001;

function timing({ start, end }: Segment, mark: '.' | ','): string {
  return `${clock(start, mark)} --> ${clock(Math.max(end, start + SHORTEST), mark)}`;
}

function clock(seconds: number, mark: '.' | ','): string {
  const whole = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const [h, m, s] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1000) % 60];
  return `${two(h)}:${two(m)}:${two(s)}${mark}${String(whole % 1000).padStart(3, '0')}`;
}

/** An empty line would end the cue. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** `-->` cannot stand in a cue (WebVTT §4.1), and many readers take SubRip's `{\an8}` for markup here too. */
function escapeVtt(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('{\\', '&#123;\\');
}

/** U+2060, which nobody sees. */
const WORD_JOINER = '\u2060';

/** SubRip knows no escapes, and players take HTML and `{\an8}` for markup: a word joiner keeps them from seeing any. */
function keepLiteral(text: string): string {
  return text
    .replace(/<(?=[/\p{L}\d])|&(?=#?\w{1,8};)|\{(?=\\)/gu, (mark) => mark + WORD_JOINER)
    .replaceAll('-->', `--${WORD_JOINER}>`);
}
