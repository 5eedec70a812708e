import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Page } from '../fakes/media-site.ts';
import { respond } from '../fakes/raw-http.ts';
import { type Outside, openOutside } from './outside.ts';
import { YTDLP } from './real-ytdlp.ts';

const SECONDS = 3;

/** Silence as a WAV file: 8 kHz, mono, 8 bits. */
function wav(): Buffer {
  const rate = 8000;
  const size = rate * SECONDS;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + size, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(size, 40);
  return Buffer.concat([header, Buffer.alloc(size, 128)]);
}

const text =
  (type: string, body: string): Page =>
  (socket) =>
    respond(socket, 200, { 'content-type': type }, body);
const page = (head: string, body = '') =>
  text('text/html', `<!doctype html><html><head><title>Episodio 7</title>${head}</head><body>${body}</body></html>`);
const data = (object: object) =>
  page(
    `<script type="application/ld+json">${JSON.stringify({ '@context': 'https://schema.org', ...object })}</script>`,
  );
const item = (title: string, file: string) =>
  `<item><title>${title}</title><enclosure url="http://pod.test/${file}" type="audio/x-wav" length="24044"/></item>`;
const feed = (...items: string[]) =>
  text('application/rss+xml', `<?xml version="1.0"?><rss version="2.0"><channel>${items.join('')}</channel></rss>`);

const EPISODES: Record<string, Page> = {
  '/audio': page('', '<audio src="/a.wav" controls></audio>'),
  '/source': page('', '<audio controls><source src="/a.wav" type="audio/wav"></audio>'),
  '/open-graph': page('<meta property="og:audio" content="http://pod.test/a.wav">'),
  '/twitter': page('<meta name="twitter:player:stream" content="http://pod.test/a.wav">'),
  '/audio-object': data({ '@type': 'AudioObject', name: 'Episodio 7', contentUrl: 'http://pod.test/a.wav' }),
  '/video-object': data({ '@type': 'VideoObject', name: 'Episodio 7', contentUrl: 'http://pod.test/a.wav' }),
  '/feed-of-one': feed(item('Episodio 7', 'a.wav')),
};
const OTHERS: Record<string, [Page, code: string]> = {
  '/feed': [feed(item('Uno', 'a.wav'), item('Dos', 'b.wav')), 'several_videos'],
  '/two': [page('', '<audio src="/a.wav"></audio><audio src="/b.wav"></audio>'), 'several_videos'],
  '/text': [page('', '<p>Nothing to hear.</p>'), 'unsupported_site'],
};

const SEGMENT = '#EXTINF:2,\n/segment.ts\n';
const stream = (...tags: string[]) =>
  text('application/vnd.apple.mpegurl', ['#EXTM3U', '#EXT-X-TARGETDURATION:2', SEGMENT.repeat(3), ...tags].join('\n'));

describe.if(YTDLP !== null)('a stream, with yt-dlp as it is', () => {
  test('that is live is told before anything of it is fetched', async () => {
    const pages = { '/watch': page('', '<video src="/live.m3u8"></video>'), '/live.m3u8': stream() };
    await using outside = await openOutside({ pages });
    for (const path of ['/watch', '/live.m3u8']) {
      const { code, error } = await outside.download(`http://tv.test${path}`);
      expect([path, code]).toEqual([path, 'live_stream']);
      expect(error).toMatchObject({ retryAfterSeconds: 1800 });
    }
    expect(outside.site.requests.map(({ path }) => path)).not.toContain('/segment.ts');
  });

  test('that has ended is fetched', async () => {
    const pages = { '/watch': page('', '<video src="/ended.m3u8"></video>'), '/ended.m3u8': stream('#EXT-X-ENDLIST') };
    await using outside = await openOutside({ pages });
    await outside.download('http://tv.test/watch');
    expect(outside.site.requests.map(({ path }) => path)).toContain('/segment.ts');
  });
});

describe.if(YTDLP !== null)("a podcast's link, with yt-dlp as it is", () => {
  let outside: Outside;
  beforeAll(async () => {
    const sound: Page = (socket) => respond(socket, 200, { 'content-type': 'audio/x-wav' }, wav());
    const others = Object.fromEntries(Object.entries(OTHERS).map(([path, [answer]]) => [path, answer]));
    outside = await openOutside({ pages: { ...EPISODES, ...others, '/a.wav': sound, '/b.wav': sound } });
  });
  afterAll(() => outside[Symbol.asyncDispose]());

  test.each(Object.keys(EPISODES))('%s gives its title and its sound', async (path) => {
    const { code, output } = await outside.download(`http://pod.test${path}`);
    expect(code).toBeNull();
    expect(output?.title).toBe('Episodio 7');
    expect(output?.duration).toBeCloseTo(SECONDS, 0);
  });

  test('the sound itself gives its name', async () => {
    const { code, output } = await outside.download('http://pod.test/a.wav');
    expect([code, output?.title]).toEqual([null, 'a']);
  });

  test.each(Object.entries(OTHERS).map(([path, [, code]]) => [path, code]))(
    '%s is refused as %s',
    async (path, code) => {
      expect((await outside.download(`http://pod.test${path}`)).code).toBe(code ?? '');
    },
  );
});
