import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { programEnvironment } from '../../apps/api-bun/src/config.ts';
import { findMediaPrograms } from '../../apps/api-bun/src/media/media-programs.ts';
import { hugePng } from '../fakes/huge-picture.ts';
import type { Page } from '../fakes/media-site.ts';
import { drip, head, pour, respond } from '../fakes/raw-http.ts';
import { makeSampleMedia, type SampleMedia } from '../fakes/sample-media.ts';
import { type Outside, openOutside } from './outside.ts';
import { captioned, html, playlist, redirect, video } from './pages.ts';
import { YTDLP } from './real-ytdlp.ts';

// Sites that break, lie or mean harm. `openOutside` sees to it that no download leaves anything behind.

const MIB = 1024 ** 2;
const DOCUMENT = '<!doctype html><html><head><title>La memoria</title></head><body>';

let sample: SampleMedia;
let talk: Uint8Array;
let outside: Outside;
beforeAll(async () => {
  const { ffmpeg } = await findMediaPrograms({}, programEnvironment());
  sample = await makeSampleMedia(ffmpeg?.path ?? 'ffmpeg');
  talk = await Bun.file(sample.path('plain.mp4')).bytes();
  outside = await openOutside({ root: sample.folder, pages: { ...FILES, ...PAGES } });
});
afterAll(async () => {
  await outside[Symbol.asyncDispose]();
  await sample[Symbol.asyncDispose]();
});

const sends = (headers: Record<string, string>, body: () => Uint8Array): Page => {
  return (socket) => respond(socket, 200, headers, body());
};
/** Begins as `start` does and never ends; with `headers` to say otherwise. */
const endless = (headers: Record<string, string>, start: () => Uint8Array | string, more: Uint8Array): Page => {
  return (socket) => {
    socket.write(head(200, headers));
    socket.write(start());
    pour(socket, more);
  };
};
const begins = (headers: Record<string, string>, start: () => Uint8Array | string): Page => {
  return (socket) => {
    socket.write(head(200, headers));
    socket.write(start());
  };
};
function* forEver(piece: (count: number) => string) {
  for (let count = 0; ; count++) yield piece(count);
}

const MP4 = { 'content-type': 'video/mp4' };
const FILES: Record<string, Page> = {
  '/named-text.mp4': sends({ 'content-type': 'text/plain' }, () => talk),
  '/named-page.mp4': sends({ 'content-type': 'text/html' }, () => talk),
  '/named-nothing': sends({}, () => talk),
  '/packed.mp4': sends({ ...MP4, 'content-encoding': 'gzip' }, () => gzipSync(talk)),
  '/promises-less.mp4': (socket) => respond(socket, 200, { ...MP4, 'content-length': String(talk.length >> 1) }, talk),
  '/promises-nonsense.mp4': sends({ ...MP4, 'content-length': 'many' }, () => talk),
  '/other-range.mp4': otherRange,
  '/silent.mp4': () => {},
  '/hangs-up.mp4': (socket) => void socket.destroy(),
  '/no-http.mp4': (socket) => void socket.end('220 mail.videos.test ESMTP\r\n\r\n'),
  '/endless-head.mp4': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    pour(socket, Buffer.from(`x-more: ${'y'.repeat(8_000)}\r\n`));
  },
  '/drips-head.mp4': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    return drip(
      socket,
      forEver((count) => `x-${count}: y\r\n`),
      100,
    );
  },
  '/drips.mp4': async (socket) => {
    await begins(MP4, () => talk.subarray(0, 20_000))(socket, { method: 'GET', path: '', headers: {} });
    await drip(
      socket,
      forEver(() => 'x'),
      100,
    );
  },
  '/bomb.mp4': endless(
    { ...MP4, 'content-encoding': 'gzip' },
    () => gzipSync(talk.subarray(0, 8_192)),
    gzipSync(Buffer.alloc(32 * MIB)),
  ),
  '/grows': (socket, { path }) => respond(socket, 302, { location: `${path}?${'a'.repeat(3_000)}` }),
  '/nonsense': redirect('http://%%%/'),
  '/mails': redirect('mailto:somebody@videos.test'),
};

describe('a file', () => {
  test.each([
    ['named a text', '/named-text.mp4'],
    ['named a page', '/named-page.mp4'],
    ['without a type', '/named-nothing'],
    ['packed, although nobody asked', '/packed.mp4'],
  ])('%s is taken for what it is', async (_, path) => {
    const { code, output } = await outside.download(`http://videos.test${path}`);
    expect(code).toBeNull();
    expect(output?.duration).toBeCloseTo(12, 0);
  });

  test.each([
    ['longer than it was promised is not taken for whole', '/promises-less.mp4', 'truncated_file'],
    ['of a length that is no number is the network', '/promises-nonsense.mp4', 'network'],
    ['whose rest is another range each time is given up', '/other-range.mp4', 'truncated_file'],
    ['of a silent site is the network', '/silent.mp4', 'network'],
    ['of a site that hangs up is the network', '/hangs-up.mp4', 'network'],
    ['of a server that speaks no HTTP is the network', '/no-http.mp4', 'network'],
    ['behind an endless head is the network', '/endless-head.mp4', 'network'],
    ['behind a dripping head is the network', '/drips-head.mp4', 'network'],
    ['that drips, each connection anew, is given up', '/drips.mp4', 'network'],
    ['that unpacks to no end is too large', '/bomb.mp4', 'too_large'],
    ['behind redirects that grow is unavailable', '/grows', 'source_unavailable'],
    ['behind a redirect to nonsense has no address', '/nonsense', 'invalid_url'],
    ['behind a redirect to a mailbox has no address', '/mails', 'invalid_url'],
    ['that is gone is not found', '/410', 'source_not_found'],
    ['of a site that is down is unavailable', '/503', 'source_unavailable'],
  ])('%s', async (_, path, code) => {
    expect((await outside.download(`http://videos.test${path}`)).code).toBe(code);
  });

  test('outside the folder it is served from cannot be named', async () => {
    const { code } = await outside.download('http://videos.test/..%2f..%2fetc%2fpasswd.mp4');
    expect(code).toBe('source_not_found');
  });

  test('is called by its name as it reads, whatever is hidden in it', async () => {
    const name = encodeURIComponent('uno\n\u202e4pm.dos\u0000\u001b[31m tres.mp4');
    await using site = await openOutside({ pages: { [`/${name}`]: sends(MP4, () => talk) } });
    expect((await site.download(`http://videos.test/${name}`)).output?.title).toBe('uno 4pm dos [31m tres');
  });
});

const PAGES: Record<string, Page> = {
  '/hostile-title': html('<video src="/plain.mp4"></video>', {
    title: `uno\ndos&#x202e;&#27;[31m ../../etc/passwd ${'a'.repeat(10_000)}`,
  }),
  '/film-broken': video('/always-broken/plain.mp4'),
  '/film-stalled': video('/stalled/plain.mp4'),
  '/film-missing': video('/404'),
  '/film-limited': video('/429'),
  '/film-down': video('/503'),
  '/film-endless': video('/endless'),
  '/film-picture': video('/image-as.mp4'),
  '/film-page': video('/html'),
  '/film-hole.m3u8': playlist('/part-1.ts', '/404.ts', '/part-1.ts'),
  '/part-1.ts': (socket) => respond(socket, 200, { 'content-type': 'video/mp2t' }, Buffer.alloc(188 * 100, 0x47)),
  '/stalled-page': begins({ 'content-type': 'text/html', 'content-length': '100000' }, () => DOCUMENT.padEnd(8_000)),
  '/endless-page': endless({ 'content-type': 'text/html' }, () => DOCUMENT, Buffer.from('<p>nada</p>\n'.repeat(5_000))),
  '/bomb-page': endless(
    { 'content-type': 'text/html', 'content-encoding': 'gzip' },
    () => gzipSync(DOCUMENT),
    gzipSync(Buffer.alloc(32 * MIB, '<p>nada</p>\n')),
  ),

  '/words-missing': captioned('/404.vtt'),
  '/words-page': captioned('/html.vtt'),
  '/html.vtt': html('Inicia sesión'),
  '/words-endless': captioned('/endless.vtt'),
  '/endless.vtt': endless(
    { 'content-type': 'text/vtt' },
    () => 'WEBVTT\n\n',
    Buffer.from('00:00:01.000 --> 00:00:02.000\nHola\n\n'.repeat(1_000)),
  ),
  '/words-down': captioned('/down.vtt'),
  '/down.vtt': (socket) => respond(socket, 503, {}),

  '/poster-page': video('/plain.mp4', 'poster="/html"'),
  '/poster-silent': video('/plain.mp4', 'poster="/silent.mp4"'),
  '/poster-endless': video('/plain.mp4', 'poster="/endless"'),
  '/poster-huge': video('/plain.mp4', 'poster="/huge.png"'),
  '/huge.png': (socket) => respond(socket, 200, { 'content-type': 'image/png' }, hugePng(16_000)),
};

describe.if(YTDLP !== null)('a page', () => {
  test.each([
    ['whose video breaks off is the network', '/film-broken', 'network'],
    ['whose video stalls is the network', '/film-stalled', 'network'],
    ['whose video is missing is not found', '/film-missing', 'source_not_found'],
    ['whose video is asked for too often waits', '/film-limited', 'rate_limited'],
    ['whose video is down is unavailable', '/film-down', 'source_unavailable'],
    ['whose video has no end is too large', '/film-endless', 'too_large'],
    ['whose video is a picture is of the wrong kind', '/film-picture', 'wrong_file_type'],
    ['whose video is a page is of the wrong kind', '/film-page', 'wrong_file_type'],
    ['whose stream has a hole is not taken for whole', '/film-hole.m3u8', 'source_not_found'],
    ['without a video is not supported', '/html', 'unsupported_site'],
    ['that stalls is the network', '/stalled-page', 'network'],
    ['without an end is stopped before it takes all memory', '/endless-page', 'source_too_heavy'],
    ['that unpacks to no end is stopped before it takes all memory', '/bomb-page', 'source_too_heavy'],
  ])('%s', async (_, path, code) => {
    expect((await outside.download(`http://videos.test${path}`)).code).toBe(code);
  });

  test('is called by its title as it reads, in one line of bearable length', async () => {
    const { output } = await outside.download('http://videos.test/hostile-title');
    expect(output?.title).toMatch(/^uno dos \[31m \.\.\/\.\.\/etc\/passwd a+$/);
    expect(output?.title?.length).toBe(500);
  });

  test.each([
    ['are missing', '/words-missing'],
    ['are a page', '/words-page'],
    ['have no end', '/words-endless'],
  ])('whose captions %s is listened to', async (_, path) => {
    const { code, output } = await outside.download(`http://videos.test${path}`);
    expect(code).toBeNull();
    expect(output).toMatchObject({ captions: null, duration: expect.closeTo(12, 0) });
  });

  test('whose captions cannot be had right now is tried again, and the second time listened to', async () => {
    expect((await outside.download('http://videos.test/words-down')).code).toBe('source_unavailable');
    const { code, output } = await outside.download('http://videos.test/words-down', { retries: 1 });
    expect(code).toBeNull();
    expect(output?.captions).toBeNull();
  });

  test.each([
    ['is a page', '/poster-page'],
    ['does not come', '/poster-silent'],
    ['has no end', '/poster-endless'],
    ['would unpack to a gigabyte', '/poster-huge'],
  ])('whose picture %s goes without', async (_, path) => {
    const { code, thumbnails } = await outside.download(`http://videos.test${path}`);
    expect({ code, thumbnails }).toEqual({ code: null, thumbnails: [] });
  });
});

/** The first half, then a cut, then always the last bytes, whatever is asked for. */
function otherRange(socket: Socket, { headers }: { headers: Record<string, string> }) {
  const size = talk.length;
  const about = { ...MP4, 'accept-ranges': 'bytes', etag: '"1"' };
  if (headers.range) {
    const range = { 'content-range': `bytes ${size - 10}-${size - 1}/${size}` };
    return respond(socket, 206, { ...about, ...range }, talk.subarray(size - 10));
  }
  socket.write(head(200, { ...about, 'content-length': String(size) }));
  socket.write(talk.subarray(0, size >> 1), () => setTimeout(() => socket.destroy(), 50));
}
