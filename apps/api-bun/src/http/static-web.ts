import { join, normalize } from 'node:path';

/** What a page of ours may load: nothing from a third party but a player, when the person asks for it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "media-src 'self' https: http:",
  'frame-src https://www.youtube-nocookie.com https://player.vimeo.com',
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-cache',
};

/** Files whose names carry a hash of their content. */
const IMMUTABLE = /^\/_astro\//;

/** Answers with a file of the web build, or its 404 page. */
export async function serveWeb(dist: string, request: Request): Promise<Response> {
  const path = decodedPath(request.url);
  const file = Bun.file(join(dist, pageAt(path) ?? normalize(`/${path}`)));
  if (await file.exists()) {
    const caching = IMMUTABLE.test(path) ? { 'cache-control': 'public, max-age=31536000, immutable' } : {};
    return new Response(file, { headers: { ...PAGE_HEADERS, ...caching } });
  }
  return new Response(Bun.file(join(dist, '404.html')), {
    status: 404,
    headers: { ...PAGE_HEADERS, 'content-type': 'text/html; charset=utf-8' },
  });
}

function decodedPath(url: string): string {
  try {
    const path = decodeURIComponent(new URL(url).pathname);
    return path.includes('\0') ? '/404' : path;
  } catch {
    return '/404';
  }
}

/** The page of the build that an address shows. A job's page is one file: the id comes from the address. */
function pageAt(path: string): string | null {
  const address = path.replace(/\/$/, '');
  if (address === '') return 'index.html';
  if (address === '/jobs' || address === '/queue') return 'jobs/index.html';
  if (/^\/jobs\/[0-9a-f-]{36}(\/edit)?$/i.test(address)) return 'jobs/_id/index.html';
  if (address === '/search' || address === '/settings') return `${address.slice(1)}/index.html`;
  return null;
}
