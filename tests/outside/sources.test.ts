import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { programEnvironment } from '../../apps/api-bun/src/config.ts';
import { findMediaPrograms } from '../../apps/api-bun/src/media/media-programs.ts';
import { makeSampleMedia, type SampleMedia } from '../fakes/sample-media.ts';
import { makeStreams } from '../fakes/streams.ts';
import { type Outside, openOutside } from './outside.ts';
import { captioned, html, redirect, video } from './pages.ts';
import { YTDLP } from './real-ytdlp.ts';

// The ways in which sites show a video, taken by the real yt-dlp and the real ffmpeg.

const VTT = 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nRecordar es volver a construir.\n';
const JSON_LD = JSON.stringify({
  '@context': 'https://schema.org',
  '@type': 'VideoObject',
  name: 'La memoria',
  contentUrl: 'http://videos.test/plain.mp4',
  duration: 'PT12S',
});

let sample: SampleMedia;
let outside: Outside;
beforeAll(async () => {
  const { ffmpeg } = await findMediaPrograms({}, programEnvironment());
  sample = await makeSampleMedia(ffmpeg?.path ?? 'ffmpeg');
  await makeStreams(ffmpeg?.path ?? 'ffmpeg', sample.path('plain.mp4'), sample.folder);
  await Bun.write(sample.path('words.vtt'), VTT);
  outside = await openOutside({
    root: sample.folder,
    pages: {
      '/video': video('/plain.mp4'),
      '/source': html('<video><source src="/plain.mp4" type="video/mp4"></video>'),
      '/audio': html('<audio src="/sound.mp3"></audio>'),
      '/og': html('', { head: '<meta property="og:video" content="http://videos.test/plain.mp4">' }),
      '/json-ld': html('', { head: `<script type="application/ld+json">${JSON_LD}</script>` }),
      '/elsewhere': video('http://cdn.test/plain.mp4'),
      '/moved': redirect('http://www.videos.test/video', 301),
      '/streamed': video('/hls/main.m3u8'),
      '/captioned': captioned('/words.vtt'),
    },
  });
});
afterAll(async () => {
  await outside[Symbol.asyncDispose]();
  await sample[Symbol.asyncDispose]();
});

describe.if(YTDLP !== null)('the sound is taken', () => {
  test.each([
    ['of a page with a video', '/video'],
    ['of a page with sources of a video', '/source'],
    ['of a page with a sound', '/audio'],
    ['of a page that describes its video for others', '/og'],
    ['of a page that describes its video for search engines', '/json-ld'],
    ['of a page whose video is on another host', '/elsewhere'],
    ['of a page that has moved', '/moved'],
    ['of a page with a stream', '/streamed'],
    ['of an HLS playlist of playlists', '/hls/main.m3u8'],
    ['of an encrypted HLS stream', '/hls/secret.m3u8'],
    ['of a DASH manifest', '/dash/main.mpd'],
  ])('%s', async (_, path) => {
    const { code, output } = await outside.download(`http://videos.test${path}`);
    expect(code).toBeNull();
    expect(output?.duration).toBeCloseTo(12, 0);
    expect(output?.captions).toBeNull();
    expect(output?.title).toBeTruthy();
  });
});

test.if(YTDLP !== null)('the captions of a page are taken, and its video is left alone', async () => {
  const before = outside.site.requests.length;
  const { output } = await outside.download('http://videos.test/captioned');
  expect(output?.captions).toMatchObject({ format: 'vtt', language: 'es', kind: 'authored', text: VTT });
  const gets = outside.site.requests.slice(before).filter(({ method }) => method === 'GET');
  expect(gets.map(({ path }) => path)).not.toContain('/plain.mp4');
});

test.each([301, 302, 303, 307, 308])('a file is followed through a redirect (%d) to another host', async (status) => {
  await using moved = await openOutside({
    root: sample.folder,
    pages: { '/talk.mp4': redirect('//cdn.test/plain.mp4', status) },
  });
  const { output } = await moved.download('http://videos.test/talk.mp4');
  expect(output?.title).toBe('plain');
  expect(moved.site.requests.map(({ headers }) => headers.host)).toContain('cdn.test');
});
