import type { ExportedFile } from '../application/export-transcript.ts';
import { slugify } from '../destinations/markdown/slug.ts';

/** Bytes of a file name without its ending; common file systems take 255. */
const LONGEST_NAME = 120;

/** Answers with a file to keep, named by its video. */
export function attachment({ title, type, text }: ExportedFile, ending: string): Response {
  const name = `${slugify(title ?? '', LONGEST_NAME)}.${ending}`;
  return new Response(text, {
    headers: { 'content-type': `${type}; charset=utf-8`, 'content-disposition': disposition(name) },
  });
}

/** RFC 6266, Appendix D: a plain name for who knows no other, and the whole name as RFC 8187 writes it. */
function disposition(name: string): string {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]+/g, '_');
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
