import {
  editJobRequestSchema,
  enqueueRequestSchema,
  historySchema,
  jobDetailSchema,
  jobPageSchema,
  listJobsQuerySchema,
  processingJobSchema,
  saveRequestSchema,
} from '@destila/contracts';
import { Elysia } from 'elysia';
import { z } from 'zod';
import { editJob } from '../../application/edit-job.ts';
import { enqueueJob } from '../../application/enqueue-job.ts';
import { indexJob, unindexJob } from '../../application/index-job.ts';
import { listLibrary } from '../../application/list-library.ts';
import { readJob } from '../../application/read-job.ts';
import { readJobHistory } from '../../application/read-job-history.ts';
import { saveJob } from '../../application/save-job.ts';
import type { Services } from '../../application/services.ts';
import { cancelJob, deleteJob, moveJobToFront, restoreJob, retryJob } from '../../application/steer-job.ts';
import { entityTag } from '../etag.ts';
import type { Identity } from '../identity.ts';
import { expectedVersion, ifMatch } from '../if-match.ts';

const id = { params: z.object({ id: z.uuid() }) };
const job = { ...id, response: { 200: processingJobSchema } };

export function jobRoutes(services: Services, identity: Identity) {
  const enqueue = { body: enqueueRequestSchema, response: { 201: processingJobSchema } };
  return new Elysia({ name: 'jobs', tags: ['jobs'] })
    .use(identity)
    .use(entityTag)
    .post('/jobs', async ({ body, userId, status }) => status(201, await enqueueJob(services, userId, body)), enqueue)
    .post(
      '/jobs/process',
      async ({ body, userId, status }) => status(201, await enqueueJob(services, userId, body)),
      enqueue,
    )
    .get('/jobs', ({ query, userId }) => listLibrary(services, userId, query), {
      query: listJobsQuerySchema,
      response: { 200: jobPageSchema },
      etag: true,
      detail: { description: 'Newest first. Answers 304 to a matching If-None-Match.' },
    })
    .get('/jobs/:id', ({ params, userId }) => readJob(services, userId, params.id), {
      ...id,
      response: { 200: jobDetailSchema },
    })
    .patch(
      '/jobs/:id',
      ({ params, body, headers, userId }) =>
        editJob(services, userId, params.id, body, expectedVersion(headers['if-match'])),
      { ...job, body: editJobRequestSchema, headers: ifMatch },
    )
    .delete(
      '/jobs/:id',
      async ({ params, userId, set }) => {
        await deleteJob(services, userId, params.id);
        set.status = 204;
      },
      id,
    )
    .post('/jobs/:id/restore', ({ params, userId }) => restoreJob(services, userId, params.id), job)
    .post('/jobs/:id/retry', ({ params, userId }) => retryJob(services, userId, params.id), job)
    .post('/jobs/:id/cancel', ({ params, userId }) => cancelJob(services, userId, params.id), job)
    .post('/jobs/:id/front', ({ params, userId }) => moveJobToFront(services, userId, params.id), job)
    .post('/jobs/:id/save', ({ params, body, userId }) => saveJob(services, userId, params.id, body), {
      ...job,
      body: saveRequestSchema.optional(),
    })
    .post(
      '/jobs/:id/index',
      async ({ params, userId, status }) => status(202, await indexJob(services, userId, params.id)),
      {
        ...id,
        response: { 202: processingJobSchema },
        detail: { description: 'Found by words at once, and by meaning when the operation `index` has ended.' },
      },
    )
    .delete('/jobs/:id/index', ({ params, userId }) => unindexJob(services, userId, params.id), job)
    .get('/jobs/:id/history', ({ params, userId }) => readJobHistory(services, userId, params.id), {
      ...id,
      response: { 200: historySchema },
    });
}
