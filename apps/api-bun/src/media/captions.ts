import { DestilaError } from '@destila/contracts';
import { sameLanguage } from './language-tag.ts';
import { fetchBytes, type OutsideFetch } from './outside-fetch.ts';

/** Captions in the words of their source. */
export interface Captions {
  format: 'vtt' | 'srt' | 'json3' | 'ttml';
  /** BCP 47. */
  language: string | null;
  kind: 'authored' | 'automatic';
  text: string;
}

/** Bytes; a film's captions have some 100,000. */
const LIMIT = 10 * 1024 ** 2;
const DEADLINE = 15_000;

/** Looks for captions beside a media file: the same address with `.vtt` or `.srt`, also with a language before it. */
export async function captionsBeside(
  fetchOutside: OutsideFetch,
  mediaUrl: string,
  options: { languages: string[]; signal: AbortSignal },
): Promise<Captions | null> {
  const places = [null, ...options.languages].flatMap((language) =>
    ['vtt', 'srt'].map((ending) => ({ language, url: beside(mediaUrl, language ? `${language}.${ending}` : ending) })),
  );
  for (const { language, url } of places) {
    const answer = url ? await fetchText(fetchOutside, url, options.signal) : null;
    // A site that is silent once would be silent for a quarter of a minute at every other address.
    if (answer === 'no answer') return null;
    const format = answer && captionsFormat(answer.text);
    if (format) return { format, language, kind: 'authored', text: answer.text };
  }
  return null;
}

/** The captions in a local file; null when it holds none, or is beyond what captions can be. */
export async function readCaptionsFile(path: string): Promise<Pick<Captions, 'format' | 'text'> | null> {
  const file = Bun.file(path);
  const text = file.size > LIMIT ? '' : decodeCaptions(await file.bytes());
  const format = captionsFormat(text);
  return format && { format, text };
}

/** What a text is by its form, whatever it was called; null when it holds no captions. */
export function captionsFormat(text: string): Captions['format'] | null {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (start.startsWith('{')) return /"events"\s*:/.test(text) ? 'json3' : null;
  if (start.startsWith('<')) return /<(\w+:)?tt[\s>]/.test(text) ? 'ttml' : null;
  if (!/\d\d:\d\d[.,]\d{3}\s+-->/.test(text)) return null;
  if (/^WEBVTT(\s|$)/.test(start)) return 'vtt';
  return /^(\d+\s*\r?\n)?\d+:\d\d:\d\d[,.]\d{3}\s+-->/.test(start) ? 'srt' : null;
}

/** Text in Unicode, as its byte order mark says, else UTF-8; what is neither is Western Europe's old Windows code page. */
function decodeCaptions(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

interface Track {
  language: string | null;
}

/** The first of `tracks` in the first of `languages` that one has; else the first of all. */
export function bestTrack<T extends Track>(tracks: T[], languages: (string | null)[]): T | null {
  return trackIn(tracks, languages) ?? tracks[0] ?? null;
}

/** The first of `tracks` in the first of `languages` that one has. */
export function trackIn<T extends Track>(tracks: T[], languages: (string | null)[]): T | null {
  for (const language of languages) {
    const track = tracks.find((candidate) => sameLanguage(candidate.language, language));
    if (track) return track;
  }
  return null;
}

function beside(mediaUrl: string, ending: string): string | null {
  const url = new URL(mediaUrl);
  const stem = url.pathname.match(/^(.*\/[^/]+?)(\.\w{1,5})?$/)?.[1];
  if (!stem) return null;
  url.pathname = `${stem}.${ending}`;
  return url.href;
}

/** Null when there is none to be had: captions beside a file are a chance, not a promise. */
async function fetchText(
  fetchOutside: OutsideFetch,
  url: string,
  signal: AbortSignal,
): Promise<{ text: string } | 'no answer' | null> {
  try {
    return { text: decodeCaptions(await fetchBytes(fetchOutside, url, { signal, limit: LIMIT, deadline: DEADLINE })) };
  } catch (error) {
    if (error instanceof DestilaError) return error.code === 'network' ? 'no answer' : null;
    throw error;
  }
}
