import { DestilaError } from '@destila/contracts';
import { sameLanguage } from './language-tag.ts';
import { fetchBytes, type OutsideFetch } from './outside-fetch.ts';

/** Captions in the words of their source. */
export interface Captions {
  format: 'vtt' | 'srt';
  /** BCP 47. */
  language: string | null;
  kind: 'authored' | 'automatic';
  text: string;
}

const LIMIT = 10 * 1024 ** 2;
const DEADLINE = 15_000;

/** Looks for captions beside a media file: the same address with `.vtt` or `.srt`, also with a language before it. */
export async function captionsBeside(
  fetchOutside: OutsideFetch,
  mediaUrl: string,
  options: { languages: string[]; signal: AbortSignal },
): Promise<Captions | null> {
  for (const language of [null, ...options.languages]) {
    for (const extension of ['vtt', 'srt']) {
      const url = beside(mediaUrl, language ? `${language}.${extension}` : extension);
      const text = url && (await fetchText(fetchOutside, url, options.signal));
      const format = text ? captionsFormat(text) : null;
      if (text && format) return { format, language, kind: 'authored', text };
    }
  }
  return null;
}

/** What a text is by its form, whatever it was called; null when it holds no captions. */
export function captionsFormat(text: string): Captions['format'] | null {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (!/\d\d:\d\d[.,]\d{3}\s+-->/.test(text)) return null;
  if (/^WEBVTT(\s|$)/.test(start)) return 'vtt';
  return /^\d+\s*\r?\n\d+:\d\d:\d\d[,.]\d{3}\s+-->/.test(start) ? 'srt' : null;
}

/** The first of `tracks` in the first of `languages` that one has; else the first of all. */
export function bestTrack<Track extends { language: string | null }>(
  tracks: Track[],
  languages: (string | null)[],
): Track | null {
  for (const language of languages) {
    const track = tracks.find((candidate) => sameLanguage(candidate.language, language));
    if (track) return track;
  }
  return tracks[0] ?? null;
}

function beside(mediaUrl: string, ending: string): string | null {
  const url = new URL(mediaUrl);
  const stem = url.pathname.match(/^(.*\/[^/]+?)(\.\w{1,5})?$/)?.[1];
  if (!stem) return null;
  url.pathname = `${stem}.${ending}`;
  return url.href;
}

/** Null when there is none to be had: captions beside a file are a chance, not a promise. */
async function fetchText(fetchOutside: OutsideFetch, url: string, signal: AbortSignal): Promise<string | null> {
  try {
    return new TextDecoder().decode(await fetchBytes(fetchOutside, url, { signal, limit: LIMIT, deadline: DEADLINE }));
  } catch (error) {
    if (error instanceof DestilaError) return null;
    throw error;
  }
}
