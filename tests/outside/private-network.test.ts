import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createServer, type Server } from 'node:net';
import { programEnvironment } from '../../apps/api-bun/src/config.ts';
import { findMediaPrograms } from '../../apps/api-bun/src/media/media-programs.ts';
import type { Page } from '../fakes/media-site.ts';
import { respond } from '../fakes/raw-http.ts';
import { makeSampleMedia, type SampleMedia } from '../fakes/sample-media.ts';
import { makeStreams } from '../fakes/streams.ts';
import { type Outside, openOutside, PUBLIC } from './outside.ts';
import { captioned, hls, html, playlist, redirect, video } from './pages.ts';
import { YTDLP } from './real-ytdlp.ts';

// A site that tries, by whatever leads from one address to the next, to have us fetch from a private network: a server
// on this machine, which must never see a connection.

let visitors = 0;
let inside: Server;
let port: number;
let sample: SampleMedia;
let outside: Outside;
beforeAll(async () => {
  inside = createServer((socket) => {
    visitors += 1;
    socket.on('error', () => {});
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  });
  port = await new Promise<number>((resolve) => {
    inside.listen(0, '127.0.0.1', () => {
      const address = inside.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const { ffmpeg } = await findMediaPrograms({}, programEnvironment());
  sample = await makeSampleMedia(ffmpeg?.path ?? 'ffmpeg');
  await makeStreams(ffmpeg?.path ?? 'ffmpeg', sample.path('plain.mp4'), sample.folder);
  outside = await openOutside({
    root: sample.folder,
    pages: pagesThatLeadTo(`127.0.0.1:${port}`),
    names: {
      // Public when it is checked, private when it would be connected to.
      'changing.test': [[PUBLIC], ['127.0.0.1']],
      'mixed.test': [[PUBLIC, '10.0.0.1']],
      'inside.test': [['192.168.1.10']],
      'inside6.test': [['fd00::10']],
      localhost: [['127.0.0.1', '::1']],
      'localhost.': [['127.0.0.1']],
    },
  });
});
afterAll(async () => {
  await outside[Symbol.asyncDispose]();
  await sample[Symbol.asyncDispose]();
  inside.close();
});

function pagesThatLeadTo(host: string): Record<string, Page> {
  const there = `http://${host}`;
  return {
    '/to-inside.mp4': redirect(`${there}/a.mp4`),
    '/to-inside.vtt': redirect(`${there}/a.vtt`),
    '/to-inside.ts': redirect(`${there}/a.ts`),
    '/to-metadata': redirect('http://169.254.169.254/latest/meta-data/', 301),

    '/video': video(`${there}/a.mp4`),
    '/video-https': video(`https://${host}/a.mp4`),
    '/video-redirect': video('/to-inside.mp4'),
    '/video-name': video('http://inside.test/a.mp4'),
    '/video-metadata': video('/to-metadata'),
    '/film': video('/plain.mp4'),
    '/og': html('', { head: `<meta property="og:video" content="${there}/a.mp4">` }),
    '/refresh': html('', { head: `<meta http-equiv="refresh" content="0;url=${there}/page">` }),
    '/iframe': html(`<iframe src="${there}/embed"></iframe>`),

    '/sub-playlist.m3u8': hls('#EXT-X-STREAM-INF:BANDWIDTH=286056', `${there}/parts.m3u8`),
    '/segment.m3u8': playlist('/hls/parts0.ts', `${there}/a.ts`, '/hls/parts1.ts'),
    '/segment-redirect.m3u8': playlist('/hls/parts0.ts', '/to-inside.ts'),
    '/key.m3u8': playlist(`#EXT-X-KEY:METHOD=AES-128,URI="${there}/key"`, '/hls/secret0.ts'),
    '/map.m3u8': playlist(`#EXT-X-MAP:URI="${there}/init"`, '/hls/parts0.ts'),
    '/base.mpd': manifest(`<BaseURL>${there}/</BaseURL>`),
    '/entity.mpd': manifest('<BaseURL>&inside;</BaseURL>', `<!DOCTYPE MPD [<!ENTITY inside SYSTEM "${there}/dtd">]>`),

    '/file': video('file:///etc/passwd'),
    '/rtmp': video(`rtmp://${host}/a`),
    '/ftp': video(`ftp://${host}/a.mp4`),
    '/gopher': video(`gopher://${host}/1`),
    '/file.m3u8': playlist('file:///etc/passwd'),
    '/concat.m3u8': playlist(`concat:http://videos.test/hls/parts0.ts|${there}/a.ts`),
    '/data.m3u8': playlist('data:video/mp2t;base64,R0AR'),

    '/captions': captioned(`${there}/a.vtt`),
    '/captions-redirect': captioned('/to-inside.vtt'),
    '/picture': video('/plain.mp4', `poster="${there}/a.jpg"`),
    '/picture-redirect': video('/plain.mp4', 'poster="/to-inside.mp4"'),
  };
}

function manifest(inside: string, doctype = ''): Page {
  const template = '<SegmentTemplate duration="4" initialization="i.mp4" media="$Number$.mp4"/>';
  const sound = `<Representation id="1" mimeType="audio/mp4" codecs="mp4a.40.2" bandwidth="9">${template}</Representation>`;
  const period = `<Period>${inside}<AdaptationSet contentType="audio">${sound}</AdaptationSet></Period>`;
  const about = 'xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT8S"';
  const xml = `<?xml version="1.0"?>${doctype}<MPD ${about}>${period}</MPD>`;
  return (socket) => respond(socket, 200, { 'content-type': 'application/dash+xml' }, xml);
}

/** What became of an address; nobody may have been inside, and nothing but public addresses connected to. */
async function visit(url: string): Promise<string | null> {
  const { code } = await outside.download(url.startsWith('/') ? `http://videos.test${url}` : url);
  expect({ visitors, strangers: outside.connections.filter((address) => address !== PUBLIC) }).toEqual({
    visitors: 0,
    strangers: [],
  });
  return code;
}

describe('a private address is refused', () => {
  test.each([
    'http://127.0.0.1/a.mp4',
    'http://127.1/a.mp4',
    'http://2130706433/a.mp4',
    'http://0x7f000001/a.mp4',
    'http://0177.0.0.1/a.mp4',
    'http://127.0.0.1./a.mp4',
    'http://１２７.０.０.１/a.mp4',
    'http://0.0.0.0/a.mp4',
    'http://0/a.mp4',
    'http://10.0.0.1:8080/a.mp4',
    'http://100.64.0.1/a.mp4',
    'http://172.16.0.1/a.mp4',
    'http://192.168.0.1/a.mp4',
    'http://169.254.169.254/latest/meta-data/',
    'http://224.0.0.1/a.mp4',
    'http://255.255.255.255/a.mp4',
    'http://[::]/a.mp4',
    'http://[::1]/a.mp4',
    'http://[::ffff:127.0.0.1]/a.mp4',
    'http://[::ffff:7f00:1]/a.mp4',
    'http://[::127.0.0.1]/a.mp4',
    'http://[64:ff9b::7f00:1]/a.mp4',
    'http://[64:ff9b:1::7f00:1]/a.mp4',
    'http://[2002:7f00:1::]/a.mp4',
    'http://[2001:0:7f00:1::]/a.mp4',
    'http://[fc00::1]/a.mp4',
    'http://[fe80::1]/a.mp4',
    'http://[ff02::1]/a.mp4',
    'http://localhost/a.mp4',
    'http://localhost./a.mp4',
    'http://inside.test/a.mp4',
    'http://inside6.test/a.mp4',
    'http://mixed.test/a.mp4',
    'https://inside.test/a.mp4',
    '/to-inside.mp4',
    '/to-metadata',
  ])('%s', async (url) => {
    expect(await visit(url)).toBe('private_address');
  });
});

test('what is no address of the web is not asked for', async () => {
  for (const url of ['file:///etc/passwd', 'ftp://videos.test/a', 'data:video/mp4,a', 'http://u:p@videos.test/a']) {
    expect([url, await visit(url)]).toEqual([url, 'invalid_url']);
  }
});

describe.if(YTDLP !== null)('through yt-dlp', () => {
  test.each([
    ['a video inside', '/video'],
    ['a video inside, over https', '/video-https'],
    ['a video that redirects inside', '/video-redirect'],
    ['a video of a name that leads inside', '/video-name'],
    ['a video that redirects to the metadata of a cloud', '/video-metadata'],
    ['a name that answers otherwise the second time', 'http://changing.test/film'],
    ['a video that is told to others as one inside', '/og'],
    ['a page that refreshes to one inside', '/refresh'],
    ['a playlist of a playlist inside', '/sub-playlist.m3u8'],
    ['a playlist of a segment inside', '/segment.m3u8'],
    ['a playlist of a segment that redirects inside', '/segment-redirect.m3u8'],
    ['a playlist whose key is inside', '/key.m3u8'],
    ['a playlist whose beginning is inside', '/map.m3u8'],
    ['a manifest whose base is inside', '/base.mpd'],
  ])('%s is refused', async (_, path) => {
    expect(await visit(path)).toBe('private_address');
  });

  test.each([
    ['a page that frames one inside', '/iframe'],
    ['a manifest with an entity inside', '/entity.mpd'],
    ['a file of this machine', '/file'],
    ['a video by RTMP', '/rtmp'],
    ['a video by FTP', '/ftp'],
    ['a video by gopher', '/gopher'],
    ['a playlist of a file of this machine', '/file.m3u8'],
    ['a playlist that chains addresses', '/concat.m3u8'],
    ['a playlist that brings its own bytes', '/data.m3u8'],
  ])('%s comes to nothing', async (_, path) => {
    expect(await visit(path)).not.toBeNull();
  });

  test.each([
    ['captions inside', '/captions'],
    ['captions that redirect inside', '/captions-redirect'],
    ['pictures inside', '/picture'],
    ['pictures that redirect inside', '/picture-redirect'],
  ])('%s are left out', async (_, path) => {
    expect(await visit(path)).toBeNull();
  });
});
