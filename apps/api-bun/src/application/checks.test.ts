import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotionServer } from '../../../../tests/notion-server/notion-server.ts';
import { MarkdownDestination } from '../destinations/markdown/markdown-destination.ts';
import { NotionDestination } from '../destinations/notion/notion-destination.ts';
import type { YtdlpProgram, YtdlpState } from '../media/ytdlp-program.ts';
import { chooseSummarizer } from '../summarization/summarizer.ts';
import { CommandRecognizer } from '../transcription/command-recognizer.ts';
import { SpeechServer } from '../transcription/speech-server.ts';
import { checkCookies } from './checks/cookies.ts';
import { checkImpersonation, checkJavascript, checkYtdlp } from './checks/downloads.ts';
import { checkLanguageModel } from './checks/language-model.ts';
import { checkSpeechCommand, checkSpeechModel, checkSpeechServer } from './checks/speech.ts';
import { checkDatabase, checkNotes, checkNotion } from './checks/storage.ts';

const NOW = new Date('2026-06-15T12:00:00Z');
const signal = new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('yt-dlp', () => {
  const at = (version: string | null, managed = false): YtdlpState => {
    const program = { version, path: '/bin/yt-dlp' };
    return managed ? { managed, ...program, checkedAt: NOW, refreshFailure: null } : { managed, ...program };
  };
  const ytdlp = (state: YtdlpState | null): YtdlpProgram => ({
    look: async () => state,
    find: () => Promise.reject(new Error('the doctor fetches nothing')),
    close: async () => {},
  });

  test.each([
    ['released last week', at('2026.06.08'), 'ytdlp_fresh'],
    ['of the system, three months old', at('2026.03.17'), 'ytdlp_old'],
    ['managed', at('2026.06.08', true), 'ytdlp_managed'],
    ['managed, which could not be refreshed for months', at('2026.03.17', true), 'ytdlp_stale'],
    ['that says no version', at(null), 'ytdlp_fresh'],
    ['built from a branch', at('master'), 'ytdlp_fresh'],
    ['not there yet', null, 'ytdlp_on_demand'],
  ])('%s', async (_, state, code) => {
    expect(await checkYtdlp(ytdlp(state), undefined, NOW)).toMatchObject({ code });
  });

  test('that the operator names but does not run is broken', async () => {
    expect(await checkYtdlp(ytdlp(null), '/opt/yt-dlp', NOW)).toEqual({
      code: 'ytdlp_unusable',
      facts: { path: '/opt/yt-dlp' },
    });
  });

  test('is old on the sixty-first day', async () => {
    expect((await checkYtdlp(ytdlp(at('2026.04.16')), undefined, NOW)).code).toBe('ytdlp_fresh');
    expect((await checkYtdlp(ytdlp(at('2026.04.15')), undefined, NOW)).facts).toMatchObject({ days: 61 });
  });

  test('of 2023 knows neither Bun nor browsers, and that is said', async () => {
    const debian = ytdlp(at('2023.03.04'));
    expect((await checkJavascript(debian)).code).toBe('javascript_unused');
    expect((await checkImpersonation(debian, 'chrome'))?.code).toBe('impersonation_unused');
    const fresh = ytdlp(at('2026.06.08'));
    expect((await checkJavascript(fresh)).code).toBe('javascript_ready');
    expect((await checkImpersonation(fresh, 'chrome'))?.code).toBe('impersonation_used');
    expect(await checkImpersonation(debian, undefined)).toBeNull();
  });
});

describe('the cookies', () => {
  const HEADER = '# Netscape HTTP Cookie File\n';
  const cookie = (expires: number, prefix = '') => `${prefix}.youtube.com\tTRUE\t/\tTRUE\t${expires}\tSID\ts3cret\n`;
  const [past, future] = [NOW.getTime() / 1000 - 60, NOW.getTime() / 1000 + 3600];

  test.each([
    ['still valid', HEADER + cookie(past) + cookie(future), 'cookies_valid'],
    ['of a session', HEADER + cookie(0), 'cookies_valid'],
    ['that no script may read', HEADER + cookie(future, '#HttpOnly_'), 'cookies_valid'],
    ['all of them expired', HEADER + cookie(past) + cookie(past), 'cookies_expired'],
    ['as JSON', '[{"name":"SID"}]', 'cookies_malformed'],
    ['without the first line', cookie(future), 'cookies_malformed'],
    ['with spaces for tabs', HEADER + cookie(future).replaceAll('\t', ' '), 'cookies_malformed'],
    ['none', HEADER, 'cookies_malformed'],
    ['with the line ends of Windows', (HEADER + cookie(future)).replaceAll('\n', '\r\n'), 'cookies_valid'],
  ])('%s', async (_, text, code) => {
    const path = join(folder, 'cookies.txt');
    await Bun.write(path, text);
    const found = await checkCookies(path, NOW);
    expect(found).toMatchObject({ code });
    expect(JSON.stringify(found)).not.toContain('s3cret');
  });

  test('that are not there', async () => {
    expect((await checkCookies(join(folder, 'none'), NOW)).code).toBe('cookies_unreadable');
    expect((await checkCookies(folder, NOW)).code).toBe('cookies_unreadable');
    expect((await checkCookies(undefined, NOW)).code).toBe('cookies_unset');
  });
});

describe('a server of models', () => {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    routes: {
      '/v1/models': (request) =>
        request.headers.get('authorization') === 'Bearer good-key'
          ? Response.json({ object: 'list', data: [{ id: 'whisper-1' }, { id: 'qwen3:latest' }] })
          : new Response('no', { status: 401 }),
      '/listless/v1/models': new Response('no such page', { status: 404 }),
      '/down/v1/models': new Response('busy', { status: 503 }),
      '/away/v1/models': Response.redirect('https://elsewhere.example/', 302),
    },
    fetch: () => new Response('?', { status: 404 }),
  });
  const at = (path: string) => `http://127.0.0.1:${server.port}${path}`;
  const free = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
  const nobody = `http://127.0.0.1:${free.port}/v1`;
  beforeAll(() => free.stop(true));
  afterAll(() => server.stop(true));

  const model = (LLM: string, LLM_BASE_URL: string, OPENAI_API_KEY = 'good-key') =>
    chooseSummarizer({
      LLM,
      LLM_BASE_URL,
      OPENAI_API_KEY,
      ANTHROPIC_API_KEY: undefined,
      GOOGLE_GENERATIVE_AI_API_KEY: undefined,
      LLM_TIMEOUT: 600,
      LLM_PARALLEL: 3,
      LLM_TOKEN_BUDGET: 0,
    });

  test.each([
    ['that has the model', model('openai-compatible:qwen3', at('/v1')), 'language_model_answers'],
    ['that lacks it', model('openai:gpt', at('/v1/')), 'language_model_unknown'],
    ['that refuses the key', model('openai:qwen3', at('/v1'), 'bad-key'), 'language_model_refuses'],
    ['without a list', model('openai-compatible:m', at('/listless/v1')), 'language_model_answers'],
    ['in trouble', model('openai-compatible:m', at('/down/v1')), 'language_model_away'],
    ['that sends elsewhere', model('openai-compatible:m', at('/away/v1')), 'language_model_away'],
    ['that is not there', model('ollama:m', nobody), 'language_model_away'],
    ['none, for extracts', model('extractive', nobody), 'language_model_unset'],
  ])('for summaries: %s', async (_, summarizer, code) => {
    const found = await checkLanguageModel(summarizer, signal);
    expect(found).toMatchObject({ code });
    expect(JSON.stringify(found)).not.toContain('-key');
  });

  test.each([
    ['that has the model', at('/v1'), 'whisper-1', 'good-key', 'speech_server_answers'],
    ['given without /v1', at(''), 'whisper-1', 'good-key', 'speech_server_answers'],
    ['that lacks the model', at('/v1'), 'large', 'good-key', 'speech_server_lacks_model'],
    ['that refuses the key', at('/v1'), 'whisper-1', 'bad-key', 'speech_server_refuses'],
    ['that is not there', nobody, 'whisper-1', undefined, 'speech_server_away'],
  ])('for speech: %s', async (_, baseUrl, name, apiKey, code) => {
    const found = await checkSpeechServer(new SpeechServer({ baseUrl, apiKey, model: name }), signal);
    expect(found).toMatchObject({ code });
    expect(JSON.stringify(found)).not.toContain('-key');
  });
});

describe('speech', () => {
  const run = () => Promise.reject(new Error('the doctor runs nothing'));
  const state = { name: 'base', path: '/models/base.bin', present: false, size: 147_000_000, vad: false };
  const models = (changes: Partial<typeof state> | { size: null }) => ({
    name: 'base',
    whisper: () => Promise.reject(new Error('the doctor fetches nothing')),
    vad: async () => null,
    state: async () => ({ ...state, ...changes }),
  });
  const whisper = { origin: 'whisper', name: 'whisper base' } as const;

  test('by Whisper has its model, will fetch it, or lacks the file that the operator names', async () => {
    expect((await checkSpeechModel(whisper, models({ present: true }))).code).toBe('speech_model_ready');
    expect(await checkSpeechModel(whisper, models({}))).toMatchObject({
      code: 'speech_model_on_demand',
      facts: { megabytes: 147 },
    });
    expect((await checkSpeechModel(whisper, models({ size: null }))).code).toBe('speech_model_unreadable');
    expect((await checkSpeechModel(null, models({}))).code).toBe('captions_only');
    expect((await checkSpeechServer(whisper, signal)).code).toBe('speech_server_unused');
    expect(await checkSpeechCommand(whisper, '/bin')).toBeNull();
  });

  test('by a command needs that command, and no model', async () => {
    const command = (program: string) => new CommandRecognizer({ program, args: [] }, run);
    expect((await checkSpeechModel(command('sh'), models({}))).code).toBe('speech_model_unused');
    expect((await checkSpeechCommand(command('sh'), '/usr/bin:/bin'))?.code).toBe('speech_command_found');
    expect((await checkSpeechCommand(command('no-such-program'), '/bin'))?.code).toBe('speech_command_absent');
  });
});

describe('notes', () => {
  test('can be written where the folder is, or will be made, and not into a file', async () => {
    const check = (path: string) => checkNotes(new MarkdownDestination(path), path, signal);
    expect((await check(folder))?.code).toBe('notes_writable');
    expect((await check(join(folder, 'a/b/c')))?.code).toBe('notes_writable');
    await Bun.write(join(folder, 'file'), 'x');
    expect((await check(join(folder, 'file')))?.code).toBe('notes_unwritable');
    expect((await check(join(folder, 'file/notes')))?.code).toBe('notes_unwritable');
    expect((await checkNotion(new MarkdownDestination(folder), signal)).code).toBe('notion_unset');
  });

  test('go to Notion when it takes the token and shares the database, and nothing is written to find out', async () => {
    const notion = await NotionServer.start();
    const { url: baseUrl, dataSourceId, token } = notion;
    const check = (changes: object) =>
      checkNotion(new NotionDestination({ baseUrl, dataSourceId, token, ...changes }), signal);
    expect((await check({})).code).toBe('notion_accepts');
    expect(notion.requests).toEqual(['GET /v1/users/me', 'GET /v1/data_sources/:id']);
    await expect(check({ token: 'ntn_wrong' })).rejects.toMatchObject({ code: 'notion_unauthorized' });
    await expect(check({ dataSourceId: crypto.randomUUID() })).rejects.toMatchObject({ code: 'notion_not_shared' });
    notion.stop();
    await expect(check({})).rejects.toMatchObject({ code: 'notion_unavailable' });
  });
});

test('a database that does not answer is said to, with the reason', async () => {
  const query = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1:5432'));
  const found = await checkDatabase({ kind: 'postgres', query });
  expect(found).toEqual({ code: 'database_away', facts: { reason: 'connect ECONNREFUSED 10.0.0.1:5432' } });
});
