import { open } from 'node:fs/promises';
import { fileTypeFromBuffer } from 'file-type';

/** `page`: something that may lead to media (HTML, a feed, a playlist of streams); `unknown`: ffprobe will tell. */
export type ContentKind = 'media' | 'page' | 'other' | 'unknown';

/** What a file begins with is enough to tell its kind; file-type's documentation asks for 4,100 bytes. */
export const SNIFFED_BYTES = 4_100;

const MEDIA_MIME = /^(video|audio)\/|^application\/(ogg|mxf|vnd\.ms-asf|vnd\.rn-realmedia)$/;
const PAGE_MIME =
  /^(text\/html|application\/((xhtml|rss|atom|dash)\+xml|vnd\.apple\.mpegurl|x-mpegurl)|audio\/(x-)?mpegurl)\b/i;
const OTHER_MIME = /^(text|image|font)\/|^application\/(json|xml|pdf|zip|javascript)\b/i;
/** A declaration, a doctype or a comment may come first. */
const PAGE_TEXT = /^\s*(#EXTM3U|<!doctype html|(<[?!][^>]*>\s*)*<(html|head|body|rss|feed|MPD)\b)/i;

/** Judges by the bytes first, since servers often name the wrong type. */
export async function contentKind(head: Uint8Array, contentType: string | null): Promise<ContentKind> {
  const text = new TextDecoder().decode(head.subarray(0, 1024));
  if (PAGE_TEXT.test(text)) return 'page';
  const detected = await fileTypeFromBuffer(head);
  if (detected) return MEDIA_MIME.test(detected.mime) ? 'media' : 'other';
  if (contentType && PAGE_MIME.test(contentType)) return 'page';
  return contentType && OTHER_MIME.test(contentType) ? 'other' : 'unknown';
}

export async function readHead(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(new Uint8Array(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}
