import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { type MediaSite, startMediaSite } from '../../../../tests/fakes/media-site.ts';
import { installFakeYtdlp } from '../../../../tests/fakes/yt-dlp.ts';
import { YTDLP } from '../../../../tests/outside/real-ytdlp.ts';
import { programEnvironment, readConfig } from '../config.ts';
import { createMedia, type Media } from './media.ts';
import { parsePlaylist } from './playlist.ts';
import { createPlaylistReader } from './playlist-reader.ts';

const STRICT = { limit: 10, allowPrivateNetwork: false };
const read = (answer: unknown, options = STRICT) => parsePlaylist(JSON.stringify(answer), options);

/** An entry as yt-dlp 2026.08 flattens one of a playlist on YouTube, without the fields nobody reads. */
function video(id: string, fields: object = {}) {
  return {
    _type: 'url',
    ie_key: 'Youtube',
    id,
    url: `https://www.youtube.com/watch?v=${id}`,
    title: `Vídeo ${id}`,
    duration: 125,
    channel: 'Canal',
    availability: null,
    live_status: null,
    ...fields,
  };
}
const list = (entries: unknown[], fields: object = {}) => ({ _type: 'playlist', title: 'Curso', entries, ...fields });

describe('what yt-dlp says of a list', () => {
  test('of YouTube keeps the order of the site, each video once', () => {
    const { entries, ...rest } = read(
      list([video('aaaaaaaaaaa'), video('bbbbbbbbbbb'), video('aaaaaaaaaaa')], { channel: 'Canal', playlist_count: 3 }),
    );
    expect(rest).toEqual({ title: 'Curso', channel: 'Canal', total: 3, truncated: false });
    expect(entries.map(({ sourceKey }) => sourceKey)).toEqual(['youtube:aaaaaaaaaaa', 'youtube:bbbbbbbbbbb']);
    expect(entries[0]).toMatchObject({ title: 'Vídeo aaaaaaaaaaa', duration: 125, kind: 'video' });
  });

  test.each([
    ['private', { title: '[Private video]', duration: null, channel: null }],
    ['deleted', { title: '[Deleted video]', duration: null, channel: null }],
    ['private', { availability: 'private' }],
    ['members_only', { availability: 'subscriber_only' }],
    ['members_only', { availability: 'needs_auth' }],
    ['live', { live_status: 'is_live', duration: null }],
    ['upcoming', { live_status: 'is_upcoming', duration: null }],
    ['video', { live_status: 'was_live', availability: 'unlisted' }],
    ['playlist', { ie_key: 'YoutubeTab', url: 'https://www.youtube.com/playlist?list=PL1' }],
  ])('marks as %s an entry with %p', (kind, fields) => {
    expect(read(list([video('aaaaaaaaaaa', fields)])).entries).toMatchObject([{ kind }]);
  });

  test('of a channel comes as its tabs, which are put one after the other', () => {
    const tab = (name: string, ...ids: string[]) =>
      list(
        ids.map((id) => video(id)),
        { title: `Canal - ${name}`, playlist_count: ids.length },
      );
    const channel = list([tab('Videos', 'aaaaaaaaaaa', 'bbbbbbbbbbb'), tab('Live', 'ccccccccccc')], { title: 'Canal' });
    const found = read(channel);
    expect(found).toMatchObject({ title: 'Canal', total: 3, truncated: false });
    expect(found.entries.map(({ url }) => url.slice(-1))).toEqual(['a', 'b', 'c']);
    expect(read(channel, { ...STRICT, limit: 2 })).toMatchObject({ truncated: true, entries: [{}, {}] });
  });

  test('may name anything, and what nobody could have submitted leads nowhere', () => {
    const hostile = ['http://127.0.0.1/a', 'file:///etc/passwd', 'javascript:alert(1)', '--exec=id', '', undefined];
    const { entries } = read(list(hostile.map((url) => ({ _type: 'url', url, title: 'x' }))));
    expect(entries.map(({ kind, sourceKey }) => `${kind} ${sourceKey}`)).toEqual(
      hostile.map(() => 'unknown_address null'),
    );
  });

  test('of several videos on one page tells them apart by their media', () => {
    const page = 'https://example.com/lesson';
    const embedded = (url: string) => ({ id: url, url, webpage_url: page, formats: [{}] });
    const { entries } = read(
      list([embedded('https://example.com/1.mp4'), embedded('https://example.com/2.mp4')], { webpage_url: page }),
    );
    expect(entries.map(({ url }) => url)).toEqual(['https://example.com/1.mp4', 'https://example.com/2.mp4']);
  });

  test.each([
    ['an empty list', list([]), 'entries: 0'],
    ['holes in it', list([null, 7, video('aaaaaaaaaaa'), { duration: 'long' }]), 'entries: 1'],
    ['a single video', { id: 'a', title: 'A video', formats: [] }, 'not_a_playlist'],
    ['nothing', null, 'ytdlp_failed'],
    ['something else', [1], 'ytdlp_failed'],
  ])('%s', (_, answer, outcome) => {
    const result = () => {
      try {
        return `entries: ${read(answer).entries.length}`;
      } catch (error) {
        return error instanceof DestilaError ? error.code : String(error);
      }
    };
    expect(result()).toBe(outcome);
  });
});

describe.each([
  ['yt-dlp', YTDLP],
  ['a stand-in for it', 'fake'],
])('a podcast’s feed, read by %s', (_, program) => {
  let dataDir: string;
  let site: MediaSite;
  let media: Media;
  const started = test.if(program !== null);

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'destila-playlist-'));
    site = await startMediaSite({ root: dataDir });
    await Bun.write(join(dataDir, 'feed.xml'), feed(site.url));
  });
  afterAll(async () => {
    await site.close();
    await rm(dataDir, { recursive: true });
  });
  beforeEach(() => open(true));
  afterEach(() => media.close());

  async function open(allowPrivateNetwork: boolean) {
    const path = program === 'fake' ? await installFakeYtdlp(dataDir) : (program ?? '/nonexistent');
    const given = { ALLOW_PRIVATE_NETWORK: String(allowPrivateNetwork), UPLOAD_LIMIT: '1024', YTDLP_PATH: path };
    media = await createMedia({ config: readConfig(given), dataDir, environment: programEnvironment() });
  }
  const workRoot = () => join(dataDir, 'work');
  const readFeed = (options: { limit: number }, signal = new AbortController().signal, deadline?: number) =>
    createPlaylistReader(media.ytdlp, workRoot(), deadline)(
      `${site.url}/${deadline ? 'stalled/' : ''}feed.xml`,
      { ...options, allowPrivateNetwork: true },
      signal,
    );

  started('lists its episodes and queues or fetches none of them', async () => {
    const before = site.requests.length;
    const found = await readFeed({ limit: 5 });
    expect(found).toMatchObject({ title: 'Historias de la mar', total: 4, truncated: false });
    expect(found.entries).toMatchObject([
      { title: 'Uno', duration: 62, kind: 'video', url: `${site.url}/1.mp3` },
      { title: 'Dos', kind: 'video' },
      { title: 'Tres', kind: 'video' },
      { title: 'Malo', kind: 'unknown_address' },
    ]);
    const fetched = site.requests.slice(before).map(({ path }) => path);
    expect(new Set(fetched)).toEqual(new Set(['/feed.xml']));
    expect(await readdir(workRoot())).toEqual([]);
  });

  started('says when there is more than was asked for', async () => {
    expect(await readFeed({ limit: 2 })).toMatchObject({ truncated: true, total: 4, entries: [{}, {}] });
  });

  started('is not waited for longer than the deadline, nor by somebody who has gone', async () => {
    await expect(readFeed({ limit: 2 }, undefined, 2_000)).rejects.toMatchObject({ code: 'playlist_slow' });
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(readFeed({ limit: 2 }, gone)).rejects.toThrow('gone');
    expect(await readdir(workRoot())).toEqual([]);
  });

  started('does not make the server reach a private network', async () => {
    await media.close();
    await open(false);
    const before = site.requests.length;
    await expect(readFeed({ limit: 2 })).rejects.toMatchObject({ code: 'private_address' });
    expect(site.requests.length).toBe(before);
  });
});

function feed(site: string): string {
  const item = (title: string, url: string) =>
    `<item><title>${title}</title><enclosure url="${url}" type="audio/mpeg" length="3"/><itunes:duration>62</itunes:duration></item>`;
  const items = [1, 2, 3].map((n) => item(['Uno', 'Dos', 'Tres'][n - 1] ?? '', `${site}/${n}.mp3`));
  return `<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Historias de la mar</title><description>Un podcast</description>
${[...items, item('Malo', 'ftp://127.0.0.1/x.mp3')].join('\n')}
</channel></rss>`;
}
