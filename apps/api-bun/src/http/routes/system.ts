import { Elysia } from 'elysia';
import { z } from 'zod';
import type { Services } from '../../application/services.ts';
import { type AccessRules, openSession, SESSION_COOKIE } from '../access.ts';
import type { Identity } from '../identity.ts';
import type { JobStream } from '../job-stream.ts';

export function systemRoutes(services: Services, identity: Identity, stream: JobStream, rules: AccessRules) {
  return new Elysia({ name: 'system', tags: ['system'] })
    .get('/health', () => ({ status: 'ok' as const }))
    .get('/ready', async ({ status }) => {
      const ready = await services.database.query('select 1').then(
        () => true,
        () => false,
      );
      return ready ? { status: 'ready' as const } : status(503, { status: 'database away' as const });
    })
    .post(
      '/session',
      ({ body, request, set }) => {
        const secure =
          new URL(services.publicUrl).protocol === 'https:' || request.headers.get('x-forwarded-proto') === 'https';
        set.headers['set-cookie'] =
          `${SESSION_COOKIE}=${openSession(body.token, rules)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000${secure ? '; Secure' : ''}`;
        set.status = 204;
      },
      { body: z.object({ token: z.string().max(1000) }) },
    )
    .use(identity)
    .get('/jobs/events', ({ request, userId }) => stream.respond(request, userId), {
      detail: {
        description: 'Server-sent events: `job`, `progress`, `draft`, `deleted`, `resync`. Resumes with Last-Event-ID.',
      },
    });
}
