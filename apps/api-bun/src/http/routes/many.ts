import {
  batchAnswerSchema,
  batchRequestSchema,
  playlistPreviewSchema,
  playlistRequestSchema,
} from '@destila/contracts';
import { Elysia } from 'elysia';
import { enqueueBatch } from '../../application/enqueue-batch.ts';
import { previewPlaylist } from '../../application/preview-playlist.ts';
import type { Services } from '../../application/services.ts';
import type { Identity } from '../identity.ts';
import { problemOf } from '../problem.ts';

/** Many videos at once: a batch of addresses, and a look into a playlist before anything of it is queued. */
export function manyRoutes(services: Services, identity: Identity) {
  return new Elysia({ name: 'many', tags: ['jobs'] })
    .use(identity)
    .post(
      '/jobs/batch',
      async ({ body, userId, request }) => {
        const outcomes = await enqueueBatch(services, userId, body);
        const results = outcomes.map((outcome) =>
          'job' in outcome ? outcome : { url: outcome.url, problem: problemOf(outcome.error, request) },
        );
        return { results };
      },
      {
        body: batchRequestSchema,
        response: { 200: batchAnswerSchema },
        detail: { description: 'Each item is answered on its own, in order: the job, or the problem.' },
      },
    )
    .post(
      '/playlists/preview',
      ({ body, userId, request }) => previewPlaylist(services, userId, body, request.signal),
      {
        body: playlistRequestSchema,
        response: { 200: playlistPreviewSchema },
        detail: { description: 'What a playlist, a channel or a feed holds. Nothing is queued.' },
      },
    );
}
