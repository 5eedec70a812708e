/** Windows keeps these for devices, whatever extension follows. https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const RESERVED = /^(con|prn|aux|nul|(com|lpt)[0-9¹²³])$/;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * A file name for a title, without extension: letters, digits and hyphens alone, in any script, never empty, at most
 * `maxBytes` of UTF-8. The same on Windows, macOS and Linux: lower case, composed (NFC), no reserved name.
 */
export function slugify(title: string, maxBytes: number): string {
  const words = title
    .normalize('NFC')
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  const slug = trimHyphens(cutTo(trimHyphens(words), maxBytes));
  return slug === '' || RESERVED.test(slug) ? `video${slug && `-${slug}`}` : slug;
}

/** Whole characters as people see them: no letter loses its accent. */
function cutTo(text: string, maxBytes: number): string {
  let kept = '';
  let bytes = 0;
  for (const { segment } of graphemes.segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxBytes) break;
    kept += segment;
  }
  return kept;
}

function trimHyphens(text: string): string {
  return text.replace(/^-+|-+$/g, '');
}
