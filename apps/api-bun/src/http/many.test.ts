import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BATCH_LIMIT,
  batchAnswerSchema,
  jobPageSchema,
  playlistPreviewSchema,
  problemSchema,
  processingJobSchema,
} from '@destila/contracts';
import { DATABASES } from '../../../../tests/databases.ts';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';
import { type MediaSite, startMediaSite } from '../../../../tests/fakes/media-site.ts';
import { installFakeYtdlp } from '../../../../tests/fakes/yt-dlp.ts';

const PAGE = 'https://example.com/video';

describe.each(DATABASES)('many videos at once on %s', (kind) => {
  let root: string;
  let media: MediaSite;
  let site: TestDestila;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'destila-many-'));
    media = await startMediaSite({ root });
    const environment = { ALLOW_PRIVATE_NETWORK: 'on', YTDLP_PATH: await installFakeYtdlp(root) };
    site = await startTestDestila(kind, environment, { work: false });
    const items = ['uno', 'dos', 'tres'].map((name) => item(name, `${media.url}/${name}.mp3`));
    const feed = `<rss><channel><title>Podcast</title>${items.join('')}${item('malo', 'file:///etc/passwd')}</channel></rss>`;
    await Bun.write(join(root, 'feed.xml'), feed);
    await Bun.write(join(root, 'page.xml'), '<html><title>One video</title></html>');
  });
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
    await media.close();
    await rm(root, { recursive: true });
  });
  beforeEach(() => site.destila.services.database.query('delete from processing_jobs'));

  const item = (title: string, url: string) => `<item><title>${title}</title><enclosure url="${url}"/></item>`;
  const batch = (urls: string[], common: object = {}) =>
    site.read(batchAnswerSchema, '/jobs/batch', { json: { items: urls.map((url) => ({ url })), ...common } });
  const outcomes = (answer: Awaited<ReturnType<typeof batch>>) =>
    answer.results.map((result) => ('job' in result ? result.job.status : result.problem.code));
  const preview = (path: string, limit?: number, init?: RequestInit) =>
    site.api('/playlists/preview', { json: { url: `${media.url}${path}`, limit }, ...init });
  const queue = () => site.read(jobPageSchema, '/jobs?limit=100');
  const code = async (response: Response) => problemSchema.parse(await response.json()).code;

  test('each address is answered on its own, in order, and a bad one spoils no other', async () => {
    const answer = await batch([`${PAGE}/a`, 'no es una dirección', `${PAGE}/b`, '', 'file:///etc/passwd']);
    expect(outcomes(answer)).toEqual(['pending', 'invalid_url', 'pending', 'invalid_url', 'invalid_url']);
    expect(answer.results[1]).toMatchObject({ url: 'no es una dirección' });
    expect((await queue()).jobs.map(({ url }) => url)).toEqual([`${PAGE}/b`, `${PAGE}/a`]);
  });

  test('what is in the library already, and the same video twice, are one job that is named', async () => {
    const first = processingJobSchema.parse(await (await site.api('/jobs', { json: { url: `${PAGE}/a` } })).json());
    const answer = await batch([
      `${PAGE}/a?utm_source=x`,
      'https://youtu.be/dQw4w9WgXcQ',
      'https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1',
    ]);
    expect(outcomes(answer)).toEqual(['duplicate_url', 'pending', 'duplicate_url']);
    const [had, added, twice] = answer.results;
    expect(had).toMatchObject({ problem: { job_id: first.id } });
    const id = added && 'job' in added ? added.job.id : 'none';
    expect(twice).toMatchObject({ problem: { job_id: id } });
    expect(outcomes(await batch([`${PAGE}/a`, `${PAGE}/a`], { force: true }))).toEqual(['pending', 'duplicate_url']);
  });

  test('prompt, language and options hold for all, and a title is shown until the video’s own is known', async () => {
    const json = {
      items: [{ url: `${PAGE}/a`, title: 'Lección 1' }, { url: `${PAGE}/b` }],
      custom_prompt: 'En tres puntos',
      output_language: 'en',
      options: { transcript_from: 'speech' },
    };
    await site.read(batchAnswerSchema, '/jobs/batch', { json });
    const { jobs } = await queue();
    expect(jobs.map(({ video_title }) => video_title)).toEqual([null, 'Lección 1']);
    const common = {
      custom_prompt: 'En tres puntos',
      output_language: 'en',
      options: { transcript_from: 'speech' as const },
    };
    for (const job of jobs) expect(job).toMatchObject(common);
  });

  test.each([
    ['no items', { items: [] }, 'invalid_request'],
    ['too many', { items: Array.from({ length: BATCH_LIMIT + 1 }, () => ({ url: PAGE })) }, 'invalid_request'],
    ['ten thousand', { items: Array.from({ length: 10_000 }, (_, n) => ({ url: `${PAGE}/${n}` })) }, 'invalid_request'],
    ['no list', { items: PAGE }, 'invalid_request'],
    ['a list of nothing', { items: [{ url: PAGE }, null] }, 'invalid_request'],
    ['a number for an address', { items: [{ url: 7 }] }, 'invalid_request'],
    ['a title with a NUL', { items: [{ url: PAGE, title: 'a\0b' }] }, 'invalid_request'],
    ['options that there are not', { items: [{ url: PAGE }], options: { transcript_from: 'x' } }, 'invalid_request'],
    ['five megabytes', { items: [{ url: PAGE, title: 'a'.repeat(5 * 2 ** 20) }] }, 'payload_too_large'],
    ['a prompt too long', { items: [{ url: PAGE }], custom_prompt: 'a'.repeat(9_000) }, 'prompt_too_long'],
  ])('%s is refused as a whole', async (_, json, expected) => {
    expect(await code(await site.api('/jobs/batch', { json }))).toBe(expected);
    expect((await queue()).jobs).toEqual([]);
  });

  test('problems are told in the language of the request', async () => {
    const headers = { 'accept-language': 'es' };
    const answer = await site.read(batchAnswerSchema, '/jobs/batch', { json: { items: [{ url: 'x' }] }, headers });
    expect(answer.results[0]).toMatchObject({ problem: { title: 'Eso no es una dirección web válida.' } });
  });

  test('a playlist is shown with what the library has of it, and nothing is queued', async () => {
    const [had] = (await batch([`${media.url}/dos.mp3`])).results;
    const list = playlistPreviewSchema.parse(await (await preview('/feed.xml')).json());
    expect(list).toMatchObject({ title: 'Podcast', total: 4, truncated: false });
    expect(list.entries.map(({ title, kind, job_id }) => [title, kind, job_id])).toEqual([
      ['uno', 'video', null],
      ['dos', 'video', had && 'job' in had ? had.job.id : 'none'],
      ['tres', 'video', null],
      ['malo', 'unknown_address', null],
    ]);
    expect((await queue()).jobs).toHaveLength(1);
  });

  test('what failed or was deleted is not in the library', async () => {
    const answer = await batch([`${media.url}/uno.mp3`, `${media.url}/dos.mp3`]);
    const [failed, deleted] = answer.results.map((result) => ('job' in result ? result.job.id : ''));
    await site.api(`/jobs/${failed}/cancel`, { method: 'POST' });
    await site.api(`/jobs/${deleted}`, { method: 'DELETE' });
    const list = playlistPreviewSchema.parse(await (await preview('/feed.xml')).json());
    expect(list.entries.map(({ job_id }) => job_id)).toEqual([null, null, null, null]);
  });

  test('a look at the first entries says that there are more', async () => {
    const list = playlistPreviewSchema.parse(await (await preview('/feed.xml', 2)).json());
    expect(list).toMatchObject({ total: 4, truncated: true, entries: [{}, {}] });
  });

  test('a single video is no playlist, and neither is what cannot be read', async () => {
    expect(await code(await preview('/page.xml'))).toBe('not_a_playlist');
    expect(await code(await preview('/feed.xml', 501))).toBe('invalid_request');
    const words = await site.api('/playlists/preview', { json: { url: 'mi lista' } });
    expect(await code(words)).toBe('invalid_url');
  });

  test('when the person closes the preview, the reading ends', async () => {
    const working = () => readdir(join(site.dataDir, 'work'));
    const asked = media.requests.length;
    const controller = new AbortController();
    const answer = preview('/stalled/feed.xml', 10, { signal: controller.signal }).catch((error: Error) => error.name);
    while (media.requests.length === asked) await Bun.sleep(10);
    expect(await working()).toHaveLength(1);
    controller.abort();
    expect(await answer).toBe('AbortError');
    while ((await working()).length > 0) await Bun.sleep(10);
  });
});

test('a list inside the network is not looked into', async () => {
  await using site = await startTestDestila('pglite', {}, { work: false });
  for (const host of ['127.0.0.1:1', '2130706433', '[::1]', 'localhost', '169.254.169.254', '192.168.1.1']) {
    const refused = await site.api('/playlists/preview', { json: { url: `http://${host}/feed.xml` } });
    expect(problemSchema.parse(await refused.json()).code).toBe('private_address');
  }
});
