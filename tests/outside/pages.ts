import type { Page } from '../fakes/media-site.ts';
import { respond } from '../fakes/raw-http.ts';

/** A page of HTML; `title` and `head` are written as they are. */
export function html(body: string, { title = 'La memoria', head = '' } = {}): Page {
  const page = `<!doctype html><html><head><title>${title}</title>${head}</head><body>${body}</body></html>`;
  return (socket) => respond(socket, 200, { 'content-type': 'text/html; charset=utf-8' }, page);
}

export function video(src: string, attributes = '', inside = ''): Page {
  return html(`<video src="${src}" ${attributes}>${inside}</video>`);
}

export function captioned(track: string): Page {
  return video('/plain.mp4', '', `<track src="${track}" kind="subtitles" srclang="es">`);
}

/** An HLS playlist of parts of four seconds; a line that begins with `#` is a tag. */
export function playlist(...lines: string[]): Page {
  const parts = lines.flatMap((line) => (line.startsWith('#') ? [line] : ['#EXTINF:4.0,', line]));
  return hls('#EXT-X-VERSION:6', '#EXT-X-TARGETDURATION:4', '#EXT-X-MEDIA-SEQUENCE:0', ...parts, '#EXT-X-ENDLIST');
}

export function hls(...lines: string[]): Page {
  const text = ['#EXTM3U', ...lines, ''].join('\n');
  return (socket) => respond(socket, 200, { 'content-type': 'application/vnd.apple.mpegurl' }, text);
}

export function redirect(location: string, status = 302): Page {
  return (socket) => respond(socket, status, { location });
}
