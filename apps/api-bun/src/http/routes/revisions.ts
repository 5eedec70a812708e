import {
  estimateQuerySchema,
  estimateSchema,
  operationSchema,
  operationsSchema,
  regenerateRequestSchema,
  restoreAnswerSchema,
  revisionSchema,
  revisionsSchema,
} from '@destila/contracts';
import { Elysia } from 'elysia';
import { z } from 'zod';
import { estimateSummary } from '../../application/estimate-summary.ts';
import { cancelOperation, listOperations, regenerateJob } from '../../application/regenerate-job.ts';
import { listRevisions, readRevision, restoreRevision } from '../../application/revisions.ts';
import type { Services } from '../../application/services.ts';
import type { Identity } from '../identity.ts';
import { expectedVersion, ifMatch } from '../if-match.ts';

const id = { params: z.object({ id: z.uuid() }) };
const operation = { params: z.object({ id: z.uuid(), operation: z.uuid() }) };
const revision = { params: z.object({ id: z.uuid(), revision: z.uuid() }) };

/** Writing a summary anew, and the versions that come of it. */
export function revisionRoutes(services: Services, identity: Identity) {
  return new Elysia({ name: 'revisions', tags: ['jobs'] })
    .use(identity)
    .post(
      '/jobs/:id/regenerate',
      async ({ params, body, userId, status }) => status(202, await regenerateJob(services, userId, params.id, body)),
      {
        ...id,
        body: regenerateRequestSchema,
        response: { 202: operationSchema },
        detail: { description: 'What is left out is as it was for the job. The note itself is not touched.' },
      },
    )
    .get('/jobs/:id/estimate', ({ params, query, userId }) => estimateSummary(services, userId, params.id, query), {
      ...id,
      query: estimateQuerySchema,
      response: { 200: estimateSchema },
      detail: { description: 'What it would take to write the summary anew. Nothing is begun.' },
    })
    .get(
      '/jobs/:id/operations',
      async ({ params, userId }) => ({ operations: await listOperations(services, userId, params.id) }),
      { ...id, response: { 200: operationsSchema } },
    )
    .delete(
      '/jobs/:id/operations/:operation',
      ({ params, userId }) => cancelOperation(services, userId, params.id, params.operation),
      { ...operation, response: { 200: operationSchema } },
    )
    .get(
      '/jobs/:id/revisions',
      async ({ params, userId }) => ({ revisions: await listRevisions(services, userId, params.id) }),
      { ...id, response: { 200: revisionsSchema } },
    )
    .get(
      '/jobs/:id/revisions/:revision',
      ({ params, userId }) => readRevision(services, userId, params.id, params.revision),
      { ...revision, response: { 200: revisionSchema } },
    )
    .post(
      '/jobs/:id/revisions/:revision/restore',
      ({ params, headers, userId }) =>
        restoreRevision(services, userId, params.id, {
          revisionId: params.revision,
          expectedVersion: expectedVersion(headers['if-match']),
        }),
      { ...revision, headers: ifMatch, response: { 200: restoreAnswerSchema } },
    );
}
