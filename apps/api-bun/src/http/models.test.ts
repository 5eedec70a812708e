import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import {
  type ModelProvider,
  modelChoicesSchema,
  modelListSchema,
  modelTestSchema,
  problemSchema,
  settingsSchema,
} from '@destila/contracts';
import { SignJWT } from 'jose';
import { DATABASES } from '../../../../tests/databases.ts';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';
import { type RecordingServer, startRecordingServer } from '../../../../tests/fakes/recording-server.ts';
import { LOCAL_USER } from '../database/users.ts';

const SECRET_KEY = 'a secret key of at least thirty-two characters';
const KEY = 'sk-very-secret-0123456789';

type Init = { headers?: Record<string, string> };
const json = { 'content-type': 'application/json' };

/** What the settings page asks. */
function settingsOf(site: TestDestila, init: Init = {}) {
  const headers = { ...json, ...init.headers };
  const send = (method: string, path: string, body?: object) =>
    site.api(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return {
    edit: (body: object) => send('PATCH', '/settings', body),
    read: () => site.read(settingsSchema, '/settings', { headers }),
    keep: (provider: ModelProvider, key: string) => send('PUT', `/settings/keys/${provider}`, { key }),
    forget: (provider: ModelProvider) => send('DELETE', `/settings/keys/${provider}`),
    choices: () => site.read(modelChoicesSchema, '/settings/models', { headers }),
    list: (provider: ModelProvider) => send('GET', `/settings/models/${provider}`),
    try: (body: object) => send('POST', '/settings/models/test', body),
  };
}

async function codeOf(response: Response | Promise<Response>): Promise<string> {
  const answer: unknown = await (await response).json();
  return problemSchema.parse(answer).code;
}

/** A server of OpenAI's kind that takes one key. */
function startModels(key = KEY): RecordingServer {
  return startRecordingServer(({ headers, path }) => {
    if (headers.authorization !== `Bearer ${key}`) {
      return Response.json({ error: { message: `Incorrect API key: ${headers.authorization}` } }, { status: 401 });
    }
    if (path !== '/v1/models') return new Response('?', { status: 404 });
    return Response.json({ object: 'list', data: [{ id: 'zeta' }, { id: 'text-embedding-3' }, { id: 'alfa' }] });
  });
}

describe.each(DATABASES)('language models in the settings, on %s', (kind) => {
  let site: TestDestila;
  let settings: ReturnType<typeof settingsOf>;
  beforeAll(async () => {
    site = await startTestDestila(kind, { SECRET_KEY }, { work: false });
    settings = settingsOf(site);
  }, 60_000);
  afterAll(() => site[Symbol.asyncDispose]());
  afterEach(() =>
    site.destila.services.database.query('delete from user_secrets').then(() => settings.edit({ llm: null })),
  );

  test('a key is kept, told of without being told, and forgotten', async () => {
    expect((await settings.keep('openai', KEY)).status).toBe(204);
    const { providers, keeps_keys } = await settings.choices();
    expect(keeps_keys).toBe(true);
    expect(providers.find(({ provider }) => provider === 'openai')?.key_since).toStartWith('20');
    expect(providers.find(({ provider }) => provider === 'google')?.key_since).toBeNull();
    const shown = await Promise.all(
      ['/settings', '/settings/models'].map(async (path) => (await site.api(path)).text()),
    );
    expect(shown.join()).not.toContain(KEY.slice(-6));
    expect((await settings.forget('openai')).status).toBe(204);
    expect((await settings.choices()).providers.every(({ key_since }) => key_since === null)).toBe(true);
  });

  test.each([
    ['nothing', ' ', 400],
    ['two lines', 'sk-a\r\nx-admin: yes', 400],
    ['what fits in no header', 'sk-ключ', 400],
    ['more than a key', 'k'.repeat(1_001), 400],
    ['ten megabytes', 'k'.repeat(10 * 1024 ** 2), 413],
  ])('%s is no key', async (_, key, status) => {
    expect((await settings.keep('openai', key)).status).toBe(status);
    expect((await settings.choices()).providers.every(({ key_since }) => key_since === null)).toBe(true);
  });

  test('a server of one’s own is chosen, named what it has, and tried before it is relied on', async () => {
    await using models = startModels();
    await settings.keep('openai-compatible', KEY);
    const address = `${models.url}/v1`;
    expect((await settings.edit({ llm: 'openai-compatible:alfa', llm_base_url: address })).status).toBe(200);
    expect(await settings.read()).toMatchObject({
      llm: 'openai-compatible:alfa',
      llm_base_url: address,
      summarizer: 'openai-compatible:alfa',
    });
    const list = await settings.list('openai-compatible');
    expect(modelListSchema.parse(await list.json())).toEqual({ models: ['alfa', 'zeta'] });
    const tried = await settings.try({ model: 'openai-compatible:alfa' });
    expect(modelTestSchema.parse(await tried.json())).toEqual({ model: 'openai-compatible:alfa' });
    expect(models.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/models',
      'GET /v1/models',
    ]);
  });

  test('what is wrong is said by a code of its own', async () => {
    await using models = startModels();
    const base_url = `${models.url}/v1`;
    const attempt = (model: string, address = base_url) => codeOf(settings.try({ model, base_url: address }));
    expect(await attempt('openai:alfa')).toBe('llm_not_configured');
    await settings.keep('openai-compatible', 'sk-another');
    expect(await attempt('openai-compatible:alfa')).toBe('llm_key_refused');
    await settings.keep('openai-compatible', KEY);
    expect(await attempt('openai-compatible:beta')).toBe('llm_model_unknown');
    await models[Symbol.asyncDispose]();
    expect(await attempt('openai-compatible:alfa')).toBe('llm_unreachable');
    expect(await attempt('openai-compatible:alfa', 'ftp://x')).toBe('invalid_url');
    expect(await attempt('mistral:any')).toBe('invalid_request');
    expect((await settings.try({ model: 'extractive' })).status).toBe(200);
  });

  test('choosing another provider forgets the address of the one before, and nonsense is not taken', async () => {
    await settings.edit({ llm: 'ollama:m', llm_base_url: 'http://127.0.0.1:9' });
    await settings.edit({ llm: 'ollama:other' });
    expect((await settings.read()).llm_base_url).toBe('http://127.0.0.1:9');
    await settings.edit({ llm: 'anthropic:claude' });
    expect((await settings.read()).llm_base_url).toBeNull();
    expect((await settings.edit({ llm: 'nonsense' })).status).toBe(400);
    expect(await codeOf(settings.edit({ llm_base_url: 'not an address' }))).toBe('invalid_url');
    expect((await settings.read()).llm).toBe('anthropic:claude');
  });

  test('a job is written by what is chosen for it, else by what the person settled on, and never silently by another', async () => {
    const { models } = site.destila.services;
    const writer = (model?: string) => models.summarizerFor({ user_id: LOCAL_USER, options: model ? { model } : {} });
    expect((await writer()).name).toBe('extractive');
    await settings.keep('openai', KEY);
    await settings.edit({ llm: 'openai:gpt' });
    expect((await writer()).name).toBe('openai:gpt');
    expect((await writer('extractive')).name).toBe('extractive');
    await expect(writer('google:gemini')).rejects.toMatchObject({ code: 'llm_not_configured', retry: 'permanent' });
    await settings.forget('openai');
    await expect(writer()).rejects.toMatchObject({ code: 'llm_not_configured' });
    expect((await settings.read()).summarizer).toBe('openai:gpt');
  });

  test('the log has no key', async () => {
    await using models = startModels('another');
    await settings.keep('openai-compatible', KEY);
    await settings.edit({ llm: 'openai-compatible:alfa', llm_base_url: `${models.url}/v1` });
    await settings.list('openai-compatible');
    await settings.try({ model: 'openai-compatible:alfa' });
    expect(await Bun.file(join(site.dataDir, 'destila.log')).text()).not.toContain(KEY);
  });
});

test('a key encrypted with another SECRET_KEY says so, and stands in the way of no other provider', async () => {
  await using site = await startTestDestila('pglite', { SECRET_KEY }, { work: false });
  const { models, database } = site.destila.services;
  await settingsOf(site).keep('openai', KEY);
  await database.query("update user_secrets set ciphertext = ciphertext || 'x'::bytea");
  const writer = (model: string) => models.summarizerFor({ user_id: LOCAL_USER, options: { model } });
  await expect(writer('openai:gpt')).rejects.toMatchObject({ code: 'secret_unreadable', retry: 'permanent' });
  expect((await writer('ollama:qwen3')).name).toBe('ollama:qwen3');
  await settingsOf(site).edit({ llm: 'auto' });
  expect((await settingsOf(site).read()).summarizer).toBe('auto');
});

test('with the embedded database a secret is made by itself; with one that others share it has to be given', async () => {
  await using own = await startTestDestila('pglite', {}, { work: false });
  expect((await settingsOf(own).keep('openai', KEY)).status).toBe(204);
  expect(await Bun.file(join(own.dataDir, 'secret.key')).exists()).toBe(true);
  await using shared = await startTestDestila('postgres', {}, { work: false });
  expect((await settingsOf(shared).choices()).keeps_keys).toBe(false);
  expect(await codeOf(settingsOf(shared).keep('openai', KEY))).toBe('secret_key_missing');
}, 60_000);

describe('a running Ollama', () => {
  const tags = { models: [{ name: 'qwen3:8b', size: 5e9, details: { family: 'qwen3' } }] };

  test('is found when a summary is to be made, not when the server starts', async () => {
    await using ollama = startRecordingServer(() => Response.json(tags));
    await using site = await startTestDestila(
      'pglite',
      { LLM: 'auto', LLM_BASE_URL: ollama.url, EMBEDDINGS: 'off' },
      { work: false },
    );
    expect(ollama.requests).toEqual([]);
    const { models } = site.destila.services;
    const written = await models.summarizerFor({ user_id: LOCAL_USER, options: {} });
    expect(written.name).toBe('ollama:qwen3:8b');
    expect(written.probe?.url).toBe(`${ollama.url}/v1/models`);
    await models.summarizerFor({ user_id: LOCAL_USER, options: {} });
    expect(ollama.requests.map(({ path }) => path)).toEqual(['/api/tags']);
    expect((await settingsOf(site).read()).summarizer).toBe('ollama:qwen3:8b');
  });

  test('that is not there leaves extracts, and the settings say so', async () => {
    await using site = await startTestDestila(
      'pglite',
      { LLM: 'auto', LLM_BASE_URL: 'http://127.0.0.1:9' },
      { work: false },
    );
    expect(await settingsOf(site).read()).toMatchObject({ summarizer: 'extractive', llm: null });
    expect((await settingsOf(site).choices()).installation).toBe('extractive');
  });
});

describe('where people do not run the installation', () => {
  const jwtSecret = 'a secret of at least thirty-two characters';
  let site: TestDestila;
  let server: RecordingServer;
  let ana: ReturnType<typeof settingsOf>;
  let bea: ReturnType<typeof settingsOf>;

  async function person() {
    const id = crypto.randomUUID();
    await site.destila.services.database.query('insert into auth.users (id) values ($1)', [id]);
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(id)
      .setAudience('authenticated')
      .sign(new TextEncoder().encode(jwtSecret));
    return settingsOf(site, { headers: { authorization: `Bearer ${token}` } });
  }

  beforeAll(async () => {
    server = startModels('sk-installation');
    site = await startTestDestila(
      'pglite',
      {
        SUPABASE_JWT_SECRET: jwtSecret,
        LLM: 'openai-compatible:alfa',
        LLM_BASE_URL: `${server.url}/v1`,
        OPENAI_API_KEY: 'sk-installation',
      },
      { work: false },
    );
    [ana, bea] = [await person(), await person()];
  }, 60_000);
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test('an address leads to no private network, and is encrypted', async () => {
    const choose = (llm_base_url: string) => codeOf(ana.edit({ llm: 'openai-compatible:m', llm_base_url }));
    for (const url of [
      'http://127.0.0.1:11434',
      'https://localhost/v1',
      'https://169.254.169.254/',
      'https://10.0.0.1/v1',
    ]) {
      expect(await choose(url)).toBe('private_address');
      expect(await codeOf(ana.try({ model: 'openai-compatible:m', base_url: url }))).toBe('private_address');
    }
    expect(await choose('http://models.example/v1')).toBe('insecure_address');
    expect(await choose('https://user:pass@models.example/v1')).toBe('invalid_url');
    expect((await ana.choices()).private_servers).toBe(false);
  });

  test('a name that leads to one is refused when it is asked', async () => {
    await ana.edit({ llm: 'openai-compatible:m', llm_base_url: 'https://localhost.localdomain.example.invalid/v1' });
    expect(await codeOf(ana.try({ model: 'openai-compatible:m' }))).toBe('llm_unreachable');
    // Written past the settings, as a name that pointed elsewhere when it was entered would be.
    await site.destila.services.database.query('update user_settings set llm_base_url = $1', [
      `${server.url.replace('http', 'https')}/v1`,
    ]);
    expect(await codeOf(ana.try({ model: 'openai-compatible:m' }))).toBe('private_address');
    await ana.edit({ llm: null });
  });

  test('the installation’s model serves all; its key and its Ollama serve no other choice', async () => {
    expect((await ana.try({ model: 'openai-compatible:alfa' })).status).toBe(200);
    expect(await codeOf(ana.try({ model: 'openai:gpt' }))).toBe('llm_not_configured');
    expect(await codeOf(ana.try({ model: 'ollama:qwen3' }))).toBe('llm_not_configured');
    expect((await ana.choices()).providers.some(({ installation_key }) => installation_key)).toBe(false);
  });

  test('keys are each person’s own', async () => {
    await ana.keep('anthropic', KEY);
    const since = async (who: typeof ana) =>
      (await who.choices()).providers.find(({ provider }) => provider === 'anthropic')?.key_since;
    expect(await since(ana)).toBeString();
    expect(await since(bea)).toBeNull();
    await bea.forget('anthropic');
    expect(await since(ana)).toBeString();
  });
});
