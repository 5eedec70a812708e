import { stat } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join, normalize } from 'node:path';
import { head, pour, respond } from './raw-http.ts';

/**
 * A web site on loopback that behaves like the outside, well and badly. It writes its answers to the socket itself,
 * since a proper HTTP server would not let it lie.
 *
 * | path                    | what it does                                                             |
 * | ----------------------- | ------------------------------------------------------------------------ |
 * | `/<file>`               | the file of `root`, with Range, If-Range and ETag                        |
 * | `/slow/<file>`          | at `?rate=` bytes a second (64 KiB)                                      |
 * | `/broken-once/<file>`   | cuts the connection half-way the first time                              |
 * | `/always-broken/<file>` | ignores Range, and always cuts half-way                                  |
 * | `/lying/<file>`         | promises twice the bytes it has                                          |
 * | `/stalled/<file>`       | sends half, then nothing, and keeps the connection                       |
 * | `/no-length/<file>`     | the whole file without a Content-Length                                  |
 * | `/reset/<file>`         | half of the file without a Content-Length, then a reset                  |
 * | `/watch/<file>`         | a page that shows the file, with the `.vtt` and `.jpg` beside it         |
 * | `/endless`              | a media header, then zeros for ever                                      |
 * | `/html`, `/empty`, `/image-as.mp4` | a page; 0 bytes of `video/mp4`; a PNG that says `video/mp4`   |
 * | `/redirect?to=…`, `/loop` | 302; 302 to itself                                                     |
 * | `/404`, `/500`, …       | that status, as a page; 429 with `Retry-After: ?after=` (120)            |
 * | a path of `pages`       | whatever the test wants of it                                            |
 */
export interface MediaSite {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Every request so far, in order. */
  readonly requests: SiteRequest[];
  close(): Promise<void>;
}

export interface SiteRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
}

/** Answers on the socket, or leaves it as it is. */
export type Page = (socket: Socket, request: SiteRequest) => Promise<void> | void;

/** `pages` by their paths, without the query. */
export async function startMediaSite(
  options: { root?: string; pages?: Record<string, Page> } = {},
): Promise<MediaSite> {
  const requests: SiteRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (head) => {
      const request = readRequest(head.toString('latin1'));
      const isFirst = !requests.some((earlier) => earlier.path === request.path);
      requests.push(request);
      const page = options.pages?.[request.path.replace(/\?.*/, '')];
      const answered = page ? page(socket, request) : answer(socket, request, { root: options.root, isFirst });
      Promise.resolve(answered).catch(() => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('the site has no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readRequest(head: string): SiteRequest {
  const [requestLine = '', ...lines] = head.split('\r\n');
  const [method = '', path = ''] = requestLine.split(' ');
  const fields = lines
    .filter((line) => line.includes(':'))
    .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
  return { method, path, headers: Object.fromEntries(fields) };
}

const PAGE = '<!doctype html><html><head><title>A page</title></head><body><p>No video here.</p></body></html>';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const MP4_HEADER = Buffer.from('000000206674797069736f6d0000020069736f6d69736f32617663316d703431', 'hex');
const CONTENT_TYPES: Record<string, string> = {
  mp4: 'video/mp4',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  vtt: 'text/vtt',
  srt: 'application/x-subrip',
  jpg: 'image/jpeg',
  xml: 'application/rss+xml',
  m3u8: 'application/vnd.apple.mpegurl',
  mpd: 'application/dash+xml',
  ts: 'video/mp2t',
};

async function answer(socket: Socket, request: SiteRequest, site: { root: string | undefined; isFirst: boolean }) {
  const { pathname, searchParams } = new URL(request.path, 'http://site');
  const status = Number(pathname.slice(1));
  if (pathname === '/html') return respond(socket, 200, { 'content-type': 'text/html; charset=utf-8' }, PAGE);
  if (pathname === '/empty') return respond(socket, 200, { 'content-type': 'video/mp4' }, '');
  if (pathname === '/image-as.mp4') return respond(socket, 200, { 'content-type': 'video/mp4' }, PNG);
  if (pathname === '/redirect') return respond(socket, 302, { location: searchParams.get('to') ?? '/' }, '');
  if (pathname === '/loop') return respond(socket, 302, { location: '/loop' }, '');
  if (pathname === '/endless') return endless(socket);
  if (status === 429) return respond(socket, 429, { 'retry-after': searchParams.get('after') ?? '120' }, PAGE);
  if (status >= 400) return respond(socket, status, { 'content-type': 'text/html' }, PAGE);

  const [first = '', ...rest] = pathname.slice(1).split('/');
  const manner = MANNERS[first];
  const file = await readFile(site.root, manner ? rest.join('/') : pathname.slice(1));
  if (!file) return respond(socket, 404, { 'content-type': 'text/html' }, PAGE);
  const rate = Number(searchParams.get('rate') ?? 65_536);
  await (manner ?? whole)(socket, file, { request, isFirst: site.isFirst, rate, root: site.root });
}

interface SiteFile {
  bytes: Buffer;
  type: string;
  etag: string;
}

async function readFile(root: string | undefined, name: string): Promise<SiteFile | null> {
  if (!root) return null;
  const path = join(root, normalize(`/${decodeURIComponent(name)}`));
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) return null;
  return {
    bytes: Buffer.from(await Bun.file(path).arrayBuffer()),
    type: CONTENT_TYPES[path.split('.').pop() ?? ''] ?? 'application/octet-stream',
    etag: `"${info.size}-${info.mtimeMs}"`,
  };
}

type Manner = (
  socket: Socket,
  file: SiteFile,
  context: { request: SiteRequest; isFirst: boolean; rate: number; root: string | undefined },
) => Promise<void> | void;

const whole: Manner = (socket, file, { request }) => {
  const { status, headers, body } = ranged(file, request);
  respond(socket, status, headers, request.method === 'HEAD' ? '' : body);
};

const MANNERS: Record<string, Manner> = {
  slow: async (socket, file, { request, rate }) => {
    const { status, headers, body } = ranged(file, request);
    socket.write(head(status, headers));
    const step = Math.max(1, Math.floor(rate / 10));
    for (let at = 0; at < body.length && !socket.destroyed; at += step) {
      socket.write(body.subarray(at, at + step));
      await Bun.sleep(100);
    }
    socket.end();
  },
  'broken-once': (socket, file, context) => {
    return context.isFirst ? half(socket, file) : whole(socket, file, context);
  },
  'always-broken': (socket, file) => half(socket, file),
  lying: async (socket, { bytes, type }) => {
    socket.write(Buffer.concat([head(200, { 'content-type': type, 'content-length': `${bytes.length * 2}` }), bytes]));
    await Bun.sleep(50);
    socket.destroy();
  },
  stalled: (socket, { bytes, type }) => {
    socket.write(head(200, { 'content-type': type, 'content-length': `${bytes.length}` }));
    socket.write(bytes.subarray(0, bytes.length >> 1));
  },
  watch: async (socket, _file, { request, root }) => {
    const path = request.path.replace('/watch', '');
    const stem = path.replace(/\.\w+$/, '');
    const track = (await readFile(root, `${stem}.vtt`))
      ? `<track src="${stem}.vtt" kind="subtitles" srclang="es">`
      : '';
    const poster = (await readFile(root, `${stem}.jpg`)) ? ` poster="${stem}.jpg"` : '';
    const video = `<video src="${path}"${poster}>${track}</video>`;
    const page = `<!doctype html><html><head><title>A page with a video</title></head><body>${video}</body></html>`;
    respond(socket, 200, { 'content-type': 'text/html' }, page);
  },
  reset: async (socket, { bytes, type }) => {
    socket.write(head(200, { 'content-type': type }));
    socket.write(bytes.subarray(0, bytes.length >> 1));
    await Bun.sleep(50);
    socket.resetAndDestroy();
  },
  'no-length': (socket, { bytes, type }) => {
    socket.end(Buffer.concat([head(200, { 'content-type': type }), bytes]));
  },
};

/** All the headers of the whole file, half of its bytes, time for them to be read, then a broken connection. */
async function half(socket: Socket, file: SiteFile) {
  socket.write(head(200, wholeHeaders(file)));
  socket.write(file.bytes.subarray(0, file.bytes.length >> 1));
  await Bun.sleep(50);
  socket.destroy();
}

function ranged(file: SiteFile, request: SiteRequest) {
  const { range, 'if-range': ifRange } = request.headers;
  const [, from, to] = range?.match(/^bytes=(\d+)-(\d*)$/) ?? [];
  if (from === undefined || (ifRange !== undefined && ifRange !== file.etag)) {
    return { status: 200, headers: wholeHeaders(file), body: file.bytes };
  }
  const size = file.bytes.length;
  const body = file.bytes.subarray(Number(from), to ? Number(to) + 1 : size);
  const contentRange = `bytes ${from}-${Number(from) + body.length - 1}/${size}`;
  const headers = { ...wholeHeaders(file), 'content-length': `${body.length}`, 'content-range': contentRange };
  return { status: 206, headers, body };
}

function wholeHeaders({ bytes, type, etag }: SiteFile): Record<string, string> {
  return { 'content-type': type, 'content-length': `${bytes.length}`, 'accept-ranges': 'bytes', etag };
}

function endless(socket: Socket) {
  socket.write(Buffer.concat([head(200, { 'content-type': 'video/mp4' }), MP4_HEADER]));
  pour(socket, Buffer.alloc(64 * 1024));
}
