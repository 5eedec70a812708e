import { Elysia } from 'elysia';
import { z } from 'zod';
import { exportNote, exportTranscript } from '../../application/export-job.ts';
import type { Services } from '../../application/services.ts';
import type { Identity } from '../identity.ts';

const id = { params: z.object({ id: z.uuid() }) };

export function exportRoutes(services: Services, identity: Identity) {
  return new Elysia({ name: 'exports', tags: ['jobs'] })
    .use(identity)
    .get(
      '/jobs/:id/export.md',
      async ({ params, userId }) =>
        attachment(await exportNote(services, userId, params.id), 'text/markdown', `${params.id}.md`),
      id,
    )
    .get(
      '/jobs/:id/transcript.txt',
      async ({ params, userId }) =>
        attachment(await exportTranscript(services, userId, params.id), 'text/plain', `${params.id}.txt`),
      id,
    );
}

function attachment(text: string, type: string, name: string): Response {
  return new Response(text, {
    headers: { 'content-type': `${type}; charset=utf-8`, 'content-disposition': `attachment; filename="${name}"` },
  });
}
