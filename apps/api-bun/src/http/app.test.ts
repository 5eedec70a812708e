import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import {
  categorySchema,
  doctorReportSchema,
  jobDetailSchema,
  jobPageSchema,
  type ProcessingJob,
  problemSchema,
  processingJobSchema,
  queueStateSchema,
  searchResultSchema,
  settingsSchema,
} from '@destila/contracts';
import { z } from 'zod';
import { DATABASES } from '../../../../tests/databases.ts';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';
import type { ClaimedJob } from '../queue/queue.ts';

const PAGE = 'https://example.com/video';

describe.each(DATABASES)('the API on %s', (kind) => {
  let site: TestDestila;
  beforeAll(async () => {
    site = await startTestDestila(kind, {}, { work: false });
  });
  afterAll(() => site[Symbol.asyncDispose]());
  beforeEach(() => site.destila.services.database.query('delete from processing_jobs'));

  async function add(name = 'a'): Promise<ProcessingJob> {
    const response = await site.api('/jobs', { json: { url: `${PAGE}/${name}` } });
    expect(response.status).toBe(201);
    return processingJobSchema.parse(await response.json());
  }

  /** Brings a job to `ready`, as a worker would. */
  async function makeReady({ id }: { id: string }, summary = '# Título\n\nTexto.\n'): Promise<void> {
    const { queue } = site.destila.services;
    const next = async (): Promise<ClaimedJob> => {
      const job = await queue.claimJob('worker', id);
      if (!job) throw new Error('nothing to claim');
      return job;
    };
    const source = { title: 'Título', channel: null, duration: 9, language: 'es', chapters: [], captions: null };
    const segments = [{ id: 0, start: 3, end: 9, text: 'La marea sube.' }];
    await queue.completeStage(await next(), source, { video_title: 'Título' });
    await queue.completeStage(
      await next(),
      { segments, language: 'es', origin: 'captions' },
      { transcription: 'La marea sube.' },
    );
    const written = {
      title: 'Título',
      markdown: summary,
      key_points: [],
      tags: ['mar'],
      language: 'es',
      summarized_by: 'extractive',
    };
    await queue.completeStage(await next(), written, { summary_markdown: summary, ai_tags: ['mar'] });
  }

  const problem = async (response: Response) => {
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    return { status: response.status, code: problemSchema.parse(await response.json()).code };
  };
  const count = async () => (await site.destila.services.database.query('select 1 from processing_jobs')).length;

  test('a video is queued and answered at once, as the row that it is', async () => {
    const job = await add();
    expect(job).toMatchObject({
      url: `${PAGE}/a`,
      status: 'pending',
      progress: 0,
      held: false,
      version: 1,
      ai_tags: [],
    });
  });

  test('POST /jobs/process is the same', async () => {
    expect((await site.api('/jobs/process', { json: { url: PAGE, custom_prompt: ' en tres puntos ' } })).status).toBe(
      201,
    );
    const { jobs } = await site.read(jobPageSchema, '/jobs');
    expect(jobs[0]?.custom_prompt).toBe('en tres puntos');
  });

  test.each([
    ['no URL', {}, 'invalid_request'],
    ['an empty URL', { url: '  ' }, 'invalid_request'],
    ['words', { url: 'el vídeo de la luna' }, 'invalid_url'],
    ['10,000 characters', { url: `https://example.com/${'a'.repeat(10_000)}` }, 'url_too_long'],
    ['file:', { url: 'file:///etc/passwd' }, 'invalid_url'],
    ['javascript:', { url: 'javascript:alert(1)' }, 'invalid_url'],
    ['an upload that is not theirs', { url: 'upload:x/y.mp4' }, 'invalid_url'],
    ['loopback', { url: 'http://127.0.0.1/a' }, 'private_address'],
    ['loopback in decimal', { url: 'http://2130706433/a' }, 'private_address'],
    ['loopback in IPv6', { url: 'http://[::1]/a' }, 'private_address'],
    ['the cloud’s metadata', { url: 'http://169.254.169.254/latest' }, 'private_address'],
    ['a private network', { url: 'http://192.168.1.1/a' }, 'private_address'],
    ['a prompt of a megabyte', { url: PAGE, custom_prompt: 'a'.repeat(2 ** 20) }, 'prompt_too_long'],
    ['an unknown language', { url: PAGE, output_language: 'xx' }, 'invalid_request'],
    ['a number for a prompt', { url: PAGE, custom_prompt: 7 }, 'invalid_request'],
    ['a prompt with a NUL', { url: PAGE, custom_prompt: 'a\0b' }, 'invalid_request'],
  ])('%s is refused with a code and queues nothing', async (_, body, code) => {
    expect(await problem(await site.api('/jobs', { json: body }))).toEqual({ status: 400, code });
    expect(await count()).toBe(0);
  });

  test('what is not JSON is refused as a malformed request', async () => {
    const response = await site.api('/jobs', {
      method: 'POST',
      body: '{"url":',
      headers: { 'content-type': 'application/json' },
    });
    expect(await problem(response)).toEqual({ status: 400, code: 'invalid_request' });
  });

  test('a JSON body of five megabytes is refused unread', async () => {
    const response = await site.api('/jobs', { json: { url: PAGE, custom_prompt: 'a'.repeat(5 * 2 ** 20) } });
    expect(await problem(response)).toEqual({ status: 413, code: 'payload_too_large' });
  });

  test('a problem speaks the language the request prefers, and names the field', async () => {
    const response = await site.api('/jobs', {
      json: {},
      headers: { 'accept-language': 'es-ES,es;q=0.9' },
    });
    const body = problemSchema.parse(await response.json());
    expect(body.title).toBe('La petición no es válida.');
    expect(Object.keys(body.fields ?? {})).toEqual(['url']);
  });

  test('the same source again is a conflict that names the job, unless forced', async () => {
    const job = await add();
    const again = await site.api('/jobs', { json: { url: `${PAGE}/a?utm_source=x` } });
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ code: 'duplicate_url', job_id: job.id });
    expect((await site.api('/jobs', { json: { url: `${PAGE}/a`, force: true } })).status).toBe(201);
  });

  test('the queue comes in pages, newest first, with counts, and 304 when nothing changed', async () => {
    for (const name of ['a', 'b', 'c']) await add(name);
    const first = await site.read(jobPageSchema, '/jobs?limit=2');
    expect(first.jobs.map(({ url }) => url.at(-1))).toEqual(['c', 'b']);
    const second = await site.read(jobPageSchema, `/jobs?limit=2&cursor=${first.next_cursor}`);
    expect(second).toMatchObject({ next_cursor: null, counts: { pending: 3, processing: 0, all: 3 } });
    expect(second.jobs.map(({ url }) => url.at(-1))).toEqual(['a']);
    const etag = (await site.api('/jobs')).headers.get('etag') ?? '';
    expect((await site.api('/jobs', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test('the queue is filtered by status and by words, which are taken literally', async () => {
    const job = await add('100%');
    await add('b');
    await site.destila.services.queue.claimJob('worker', job.id);
    const urls = async (query: string) => (await site.read(jobPageSchema, `/jobs?${query}`)).jobs.map(({ url }) => url);
    expect(await urls('status=processing')).toEqual([`${PAGE}/100%`]);
    expect(await urls(`q=${encodeURIComponent('100%')}`)).toEqual([`${PAGE}/100%`]);
    expect(await problem(await site.api('/jobs?status=wrong'))).toEqual({ status: 400, code: 'invalid_request' });
    expect(await problem(await site.api('/jobs?cursor=wrong'))).toEqual({ status: 400, code: 'invalid_request' });
  });

  test.each(['', '/history', '/thumbnail', '/media', '/export.md', '/transcript.txt'])(
    'GET /jobs/:id%s of no job is not found',
    async (path) => {
      expect(await problem(await site.api(`/jobs/${crypto.randomUUID()}${path}`))).toEqual({
        status: 404,
        code: 'not_found',
      });
    },
  );

  test('a job id that is no UUID is a bad request', async () => {
    expect(await problem(await site.api('/jobs/7'))).toEqual({ status: 400, code: 'invalid_request' });
  });

  test('a job cannot be edited, saved or indexed before it is ready', async () => {
    const { id } = await add();
    const patch = {
      method: 'PATCH',
      body: '{"summary_markdown":"x"}',
      headers: { 'content-type': 'application/json' },
    };
    expect(await problem(await site.api(`/jobs/${id}`, patch))).toEqual({ status: 409, code: 'not_ready' });
    expect(await problem(await site.api(`/jobs/${id}/save`, { method: 'POST' }))).toEqual({
      status: 409,
      code: 'not_ready',
    });
    expect(await problem(await site.api(`/jobs/${id}/index`, { method: 'POST' }))).toEqual({
      status: 409,
      code: 'not_ready',
    });
  });

  const patch = (id: string, version: number, edit: object) =>
    site.api(`/jobs/${id}`, {
      method: 'PATCH',
      body: JSON.stringify(edit),
      headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
    });

  test('two tabs that edit at once: the second is told, and loses nothing', async () => {
    const job = await add();
    await makeReady(job);
    expect(await (await patch(job.id, 1, { summary_markdown: 'mío' })).json()).toMatchObject({
      version: 2,
      summary_markdown: 'mío\n',
    });
    expect(await problem(await patch(job.id, 1, { summary_markdown: 'suyo' }))).toEqual({
      status: 412,
      code: 'version_conflict',
    });
    expect((await site.read(jobDetailSchema, `/jobs/${job.id}`)).summary_markdown).toBe('mío\n');
  });

  test('an edit cannot empty the summary or take a category that does not exist', async () => {
    const job = await add();
    await makeReady(job);
    expect(await problem(await patch(job.id, 1, { summary_markdown: ' \n' }))).toEqual({
      status: 400,
      code: 'invalid_request',
    });
    expect(await problem(await patch(job.id, 1, { category_id: crypto.randomUUID() }))).toEqual({
      status: 400,
      code: 'invalid_request',
    });
  });

  test('text made to keep a Markdown parser busy is refused, and nobody waits for it', async () => {
    const job = await add();
    await makeReady(job);
    const slow = patch(job.id, 1, { summary_markdown: '*a '.repeat(4000) + '_b**'.repeat(1000) });
    expect((await site.api('/health')).status).toBe(200);
    expect(await problem(await slow)).toEqual({ status: 400, code: 'invalid_request' });
    expect((await site.read(jobDetailSchema, `/jobs/${job.id}`)).version).toBe(1);
  });

  test('the detail holds transcript, chapters and who wrote the summary', async () => {
    const job = await add();
    const note = `### [0:03](${job.url}#t=3) Inicio\n`;
    await makeReady(job, note);
    expect(await site.read(jobDetailSchema, `/jobs/${job.id}`)).toMatchObject({
      status: 'ready',
      transcript_origin: 'captions',
      segments: [{ start: 3, text: 'La marea sube.' }],
      chapters: [{ title: 'Inicio', start: 3, end: 9 }],
    });
    expect(await (await site.api(`/jobs/${job.id}/transcript.txt`)).text()).toBe('[0:03] La marea sube.\n');
    expect(await (await site.api(`/jobs/${job.id}/export.md`)).text()).toContain(note);
  });

  test('saving twice, and from two tabs at once, writes one note', async () => {
    const job = await add();
    await makeReady(job);
    const answers = await Promise.all([1, 2].map(() => site.api(`/jobs/${job.id}/save`, { method: 'POST' })));
    expect(answers.map(({ status }) => status)).toContain(200);
    for (const answer of answers)
      if (answer.status !== 200) expect(await problem(answer)).toEqual({ status: 409, code: 'save_in_progress' });
    const saved = await site.read(processingJobSchema, `/jobs/${job.id}/save`, { method: 'POST' });
    expect(saved).toMatchObject({ status: 'saved', saved_to: 'markdown', saved_version: saved.version });
    const notes = [...new Bun.Glob('*').scanSync(`${site.dataDir}/notes`)];
    expect(notes).toHaveLength(1);
    expect(await Bun.file(saved.saved_location ?? '').text()).toContain('# Título\n\nTexto.\n');
    await site.destila.services.database.query('delete from publications');
    await Bun.$`rm -r ${site.dataDir}/notes`.quiet();
  });

  test('a note that is edited after it was saved is known to be newer than what was saved', async () => {
    const job = await add();
    await makeReady(job);
    await site.api(`/jobs/${job.id}/save`, { method: 'POST' });
    await site.api(`/jobs/${job.id}`, { method: 'PATCH', json: { ai_tags: ['mar'] } });
    expect(await site.read(jobDetailSchema, `/jobs/${job.id}`)).toMatchObject({ saved_version: 1, version: 2 });
    await site.api(`/jobs/${job.id}/save`, { method: 'POST' });
    expect(await site.read(jobDetailSchema, `/jobs/${job.id}`)).toMatchObject({ saved_version: 2, version: 2 });
  });

  test('an indexed note is found by a word of its transcript, with or without accents and endings, until it is taken out', async () => {
    const job = await add();
    await makeReady(job, '# Título\n\nUna explicación breve.\n');
    await site.api(`/jobs/${job.id}/index`, { method: 'POST' });
    const hits = async (q: string) => (await site.read(searchResultSchema, `/search?q=${encodeURIComponent(q)}`)).hits;
    expect(await hits('mareas')).toMatchObject([{ job_id: job.id, start_seconds: 3 }]);
    expect((await hits('explicacion'))[0]?.snippet).toContain('\uE000explicación\uE001');
    expect(await hits('explic')).toHaveLength(1);
    expect(await hits('submarino')).toEqual([]);
    expect(await hits('breve submar')).toHaveLength(1);
    expect(await hits('breve expli')).toHaveLength(1);
    expect(await hits('marea -sube')).toEqual([]);
    expect(await hits("'); drop table processing_jobs; --")).toEqual([]);
    await site.api(`/jobs/${job.id}/index`, { method: 'DELETE' });
    expect(await hits('mareas')).toEqual([]);
  });

  test('an indexed note that is changed and saved again is found by its new words', async () => {
    const job = await add();
    await makeReady(job, '# Título\n\nUna explicación breve.\n');
    await site.api(`/jobs/${job.id}/index`, { method: 'POST' });
    await site.api(`/jobs/${job.id}`, {
      method: 'PATCH',
      body: '{"summary_markdown":"Una aclaración larga."}',
      headers: { 'content-type': 'application/json' },
    });
    await site.api(`/jobs/${job.id}/save`, { method: 'POST' });
    const hits = async (q: string) => (await site.read(searchResultSchema, `/search?q=${q}`)).hits.length;
    expect([await hits('aclaracion'), await hits('explicacion')]).toEqual([1, 0]);
  });

  test('a deleted job is gone from everywhere, and comes back whole', async () => {
    const job = await add();
    await makeReady(job);
    await site.api(`/jobs/${job.id}/index`, { method: 'POST' });
    expect((await site.api(`/jobs/${job.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await site.api(`/jobs/${job.id}`)).status).toBe(404);
    expect(await (await site.api('/search?q=marea&by=words')).json()).toEqual({ hits: [], meaning: 'not_asked' });
    expect((await site.read(jobPageSchema, '/jobs')).counts.all).toBe(0);
    expect(await (await site.api(`/jobs/${job.id}/restore`, { method: 'POST' })).json()).toMatchObject({
      status: 'ready',
    });
    expect((await site.read(searchResultSchema, '/search?q=marea')).hits).toHaveLength(1);
  });

  test('deleting a job that is being processed fences its worker out', async () => {
    const job = await add();
    const claimed = await site.destila.services.queue.claimJob('worker', job.id);
    expect((await site.api(`/jobs/${job.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(claimed && (await site.destila.services.queue.completeStage(claimed, {}, {}))).toBe(false);
  });

  test('retrying what has not failed, and cancelling what has ended, are refused', async () => {
    const job = await add();
    expect(await problem(await site.api(`/jobs/${job.id}/retry`, { method: 'POST' }))).toEqual({
      status: 409,
      code: 'invalid_state',
    });
    await makeReady(job);
    expect(await problem(await site.api(`/jobs/${job.id}/cancel`, { method: 'POST' }))).toEqual({
      status: 409,
      code: 'invalid_state',
    });
  });

  test('categories are made, renamed and removed; a name is there once', async () => {
    const made = await site.read(categorySchema, '/categories', { json: { name: 'Historia' } });
    expect(await problem(await site.api('/categories', { json: { name: 'historia' } }))).toEqual({
      status: 409,
      code: 'category_exists',
    });
    const job = await add();
    await makeReady(job);
    expect(await (await patch(job.id, 1, { category_id: made.id })).json()).toMatchObject({ category_id: made.id });
    expect((await site.api(`/categories/${made.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await site.read(jobDetailSchema, `/jobs/${job.id}`)).category_id).toBeNull();
    expect(await (await site.api('/categories')).json()).toEqual([]);
  });

  test('settings are kept', async () => {
    const edit = {
      method: 'PATCH',
      body: '{"index_after_save":"never"}',
      headers: { 'content-type': 'application/json' },
    };
    expect(await site.read(settingsSchema, '/settings', edit)).toMatchObject({
      index_after_save: 'never',
      destination: 'markdown',
    });
    expect(await site.read(settingsSchema, '/settings')).toMatchObject({
      index_after_save: 'never',
      summarizer: 'extractive',
    });
  });

  test('summaries are written in the language that the person settled on', async () => {
    const settle = (language: string) =>
      site.api('/settings', {
        method: 'PATCH',
        body: `{"output_language":${language}}`,
        headers: { 'content-type': 'application/json' },
      });
    await settle('"en"');
    expect((await add('english')).output_language).toBe('en');
    await settle('null');
    expect((await add('its-own')).output_language).toBeNull();
  });

  test('an address of the API that leads nowhere is a problem, one of the web its 404 page', async () => {
    expect(await problem(await site.api('/nowhere'))).toEqual({ status: 404, code: 'not_found' });
    expect((await fetch(`${site.url}/%00`)).status).toBe(404);
  });

  test('an uploaded file is streamed to disk and queued; the same bytes again are the same source, unless forced', async () => {
    const upload = (query = '') =>
      site.api(`/jobs/upload?filename=..%2F..%2Fmi_charla.mp4${query}`, {
        method: 'POST',
        body: new Uint8Array(300_000).fill(7),
      });
    const job = processingJobSchema.parse(await (await upload()).json());
    expect(job.url).toMatch(/^upload:[0-9a-f-]{36}\/mi_charla\.mp4$/);
    expect(job.video_title).toBe('mi charla');
    expect(await problem(await upload('&force=false'))).toEqual({ status: 409, code: 'duplicate_url' });
    const again = processingJobSchema.parse(await (await upload('&force=true')).json());
    expect([again.id === job.id, again.url === job.url]).toEqual([false, false]);
    const media = await site.api(`/jobs/${job.id}/media`, { headers: { range: 'bytes=299999-' } });
    expect([media.status, media.headers.get('content-range')]).toEqual([206, 'bytes 299999-299999/300000']);
    expect((await site.api(`/jobs/${job.id}/media`, { headers: { range: 'bytes=300000-' } })).status).toBe(416);
  });

  test('a file name longer than a file system takes is cut', async () => {
    const filename = encodeURIComponent(`${'漢'.repeat(200)}😀.mp4`);
    const response = await site.api(`/jobs/upload?filename=${filename}`, { method: 'POST', body: 'a long name' });
    const { url } = processingJobSchema.parse(await response.json());
    expect(url).toEndWith('漢😀.mp4');
  });

  test.each([
    '',
    'filename=',
    'filename=a.mp4&transcript_from=nonsense',
    'filename=a.mp4&output_language=xx',
    'filename=a.mp4&force=2',
  ])('an upload with %p is refused, and nothing of it is kept', async (query) => {
    const response = await site.api(`/jobs/upload?${query}`, { method: 'POST', body: 'bytes' });
    expect(await problem(response)).toEqual({ status: 400, code: 'invalid_request' });
    expect(await count()).toBe(0);
  });

  test('an upload of no bytes is refused and leaves no file', async () => {
    expect(await problem(await site.api('/jobs/upload?filename=a.mp4', { method: 'POST', body: '' }))).toMatchObject({
      code: 'empty_file',
    });
    expect(await count()).toBe(0);
  });

  test('events tell a browser what changes, and a returning one what it missed', async () => {
    const abort = new AbortController();
    const read = async (headers = {}) => {
      const response = await site.api('/jobs/events', { signal: abort.signal, headers });
      return response.body?.pipeThrough(new TextDecoderStream()).getReader();
    };
    const waitFor = async (reader: Awaited<ReturnType<typeof read>>, pattern: RegExp) => {
      let text = '';
      for (;;) {
        const found = pattern.exec(text);
        if (found) return found;
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error(`the stream ended: ${text}`);
        text += value;
      }
    };
    const first = await read();
    const job = await add();
    const [, lastId = ''] = await waitFor(first, /id: (\S+)\nevent: job\ndata: .*"status":"pending"/);
    await site.api(`/jobs/${job.id}/cancel`, { method: 'POST' });
    await waitFor(first, /"status":"cancelled"/);
    await waitFor(await read({ 'last-event-id': lastId }), /"status":"cancelled"/);
    await waitFor(await read({ 'last-event-id': 'another-process.7' }), /event: resync/);
    abort.abort();
  });

  test('the queue is paused and resumed; who works and how it goes is told', async () => {
    const { queue } = site.destila.services;
    await queue.workerSeen('worker/1', {
      host: 'here',
      pid: 7,
      slots: { downloading: 2, transcribing: 1, summarizing: 2 },
    });
    const job = await add();
    expect(await site.read(queueStateSchema, '/queue/pause', { method: 'POST' })).toMatchObject({ paused: true });
    expect(await queue.claim('worker/1', 'downloading')).toBeNull();
    await site.api('/queue/resume', { method: 'POST' });
    expect((await queue.claim('worker/1', 'downloading'))?.id).toBe(job.id);
    const paused = await site.read(queueStateSchema, '/workers/worker%2F1/pause', { method: 'POST' });
    expect(paused).toMatchObject({ paused: false, workers: [{ id: 'worker/1', pid: 7, paused: true, running: 1 }] });
    expect((await site.api('/workers/nobody/pause', { method: 'POST' })).status).toBe(404);
    await queue.workerGone('worker/1');

    const metrics = await (await site.api('/metrics')).text();
    expect(metrics).toContain('destila_jobs{status="downloading"} 1');
    expect(metrics).toContain('destila_oldest_waiting_seconds{stage="downloading"} 0');
  });

  test('OpenAPI describes the routes with their schemas', async () => {
    const { paths } = await site.read(z.object({ paths: z.record(z.string(), z.looseObject({})) }), '/openapi');
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/jobs/{id}/save', '/jobs/{id}/export.md', '/search']));
    expect(JSON.stringify(paths['/jobs'])).toContain('custom_prompt');
  });

  test('health, readiness and the doctor answer', async () => {
    expect(await (await site.api('/health')).json()).toEqual({ status: 'ok' });
    expect((await site.api('/ready')).status).toBe(200);
    for (const [language, title] of [
      ['es-ES,es;q=0.9', 'Base de datos'],
      ['en', 'Database'],
    ] as const) {
      const headers = { 'accept-language': language };
      const { checks } = await site.read(doctorReportSchema, '/doctor', { headers });
      expect(checks.find(({ name }) => name === 'database')).toMatchObject({ status: 'ok', title });
    }
  });
});
