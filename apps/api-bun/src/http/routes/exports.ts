import { Elysia } from 'elysia';
import { z } from 'zod';
import { exportNote } from '../../application/export-job.ts';
import { exportTranscript, type TranscriptForm } from '../../application/export-transcript.ts';
import type { Services } from '../../application/services.ts';
import { attachment } from '../attachment.ts';
import type { Identity } from '../identity.ts';

const id = { params: z.object({ id: z.uuid() }) };

export function exportRoutes(services: Services, identity: Identity) {
  const transcript =
    (form: TranscriptForm) =>
    async ({ params, userId }: { params: { id: string }; userId: string }) =>
      attachment(await exportTranscript(services, userId, { jobId: params.id, form }), form);
  return new Elysia({ name: 'exports', tags: ['jobs'] })
    .use(identity)
    .get(
      '/jobs/:id/export.md',
      async ({ params, userId }) => attachment(await exportNote(services, userId, params.id), 'md'),
      id,
    )
    .get('/jobs/:id/transcript.txt', transcript('txt'), id)
    .get('/jobs/:id/transcript.srt', transcript('srt'), id)
    .get('/jobs/:id/transcript.vtt', transcript('vtt'), id)
    .get('/jobs/:id/transcript.json', transcript('json'), id);
}
