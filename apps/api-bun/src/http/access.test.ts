import { describe, expect, test } from 'bun:test';
import { jobPageSchema, processingJobSchema } from '@destila/contracts';
import { SignJWT } from 'jose';
import { startTestDestila } from '../../../../tests/destila.ts';

const PAGE = 'https://example.com/video';

describe('who may speak to the server', () => {
  test('on loopback, a page of another origin and a foreign name for this machine are refused', async () => {
    await using site = await startTestDestila('pglite', {}, { work: false });
    const post = (headers: Record<string, string>) => site.api('/jobs', { json: { url: PAGE }, headers });
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post({ origin: site.url })).status).toBe(201);
    expect((await site.api('/jobs', { headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await site.api('/jobs', { headers: { host: `127.0.0.1:${new URL(site.url).port}` } })).status).toBe(200);
  });

  test('with an access token, nothing is shown without it; a session cookie stands for it', async () => {
    await using site = await startTestDestila('pglite', { ACCESS_TOKEN: 'correct horse battery' }, { work: false });
    expect((await site.api('/jobs')).status).toBe(401);
    expect((await site.api('/jobs', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await site.api('/jobs', { headers: { authorization: 'Bearer correct horse battery' } })).status).toBe(200);
    expect((await site.api('/session', { json: { token: 'wrong' } })).status).toBe(401);
    const cookie =
      (await site.api('/session', { json: { token: 'correct horse battery' } })).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(cookie).not.toContain('correct');
    expect((await site.api('/jobs', { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(200);
    expect((await site.api('/health')).status).toBe(200);
  });

  test('beyond loopback it does not start without a token', async () => {
    await expect(startTestDestila('pglite', { HOST: '0.0.0.0' })).rejects.toThrow(/ACCESS_TOKEN/);
    await expect(startTestDestila('pglite', { PUBLIC_URL: 'https://notes.example' })).rejects.toThrow(/ACCESS_TOKEN/);
  });

  test('with Supabase’s tokens, each person sees their own jobs and nobody else’s', async () => {
    const secret = 'a secret of at least thirty-two characters';
    await using site = await startTestDestila('pglite', { SUPABASE_JWT_SECRET: secret }, { work: false });
    const [ana, bea] = await Promise.all(
      [1, 2].map(async () => {
        const id = crypto.randomUUID();
        await site.destila.services.database.query('insert into auth.users (id) values ($1)', [id]);
        const token = await new SignJWT({})
          .setProtectedHeader({ alg: 'HS256' })
          .setSubject(id)
          .setAudience('authenticated')
          .sign(new TextEncoder().encode(secret));
        return { authorization: `Bearer ${token}` };
      }),
    );
    const job = await site.read(processingJobSchema, '/jobs', { json: { url: PAGE }, headers: ana });
    expect((await site.api(`/jobs/${job.id}`, { headers: ana })).status).toBe(200);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/cancel'],
      ['POST', '/save'],
      ['GET', '/history'],
    ] as const) {
      expect((await site.api(`/jobs/${job.id}${path}`, { method, headers: bea })).status).toBe(404);
    }
    expect((await site.read(jobPageSchema, '/jobs', { headers: bea })).jobs).toEqual([]);
    expect((await site.api('/jobs', { headers: { authorization: 'Bearer forged' } })).status).toBe(401);
    // Pausing everybody's queue is the operator's.
    expect((await site.api('/queue/pause', { method: 'POST', headers: ana })).status).toBe(403);
    expect((await site.api('/metrics', { headers: ana })).status).toBe(403);
    expect((await site.api('/doctor', { headers: ana })).status).toBe(403);
  });

  test('a port in use says so', async () => {
    await using site = await startTestDestila('pglite', {}, { work: false });
    await expect(startTestDestila('pglite', { PORT: new URL(site.url).port })).rejects.toThrow(/in use/);
  });
});
