import { DestilaError, doctorReportSchema, queueStateSchema } from '@destila/contracts';
import { Elysia } from 'elysia';
import { z } from 'zod';
import { examine } from '../../application/examine.ts';
import type { Services } from '../../application/services.ts';
import { readQueueState } from '../../database/queue-statistics.ts';
import { type AccessRules, identifyOperator } from '../access.ts';
import { preferredLanguage } from '../problem.ts';

const worker = { params: z.object({ id: z.string().min(1).max(300) }), response: { 200: queueStateSchema } };
const state = { response: { 200: queueStateSchema } };

/** For whoever runs the installation: what is wrong with it, pausing, who is working, and how it goes. */
export function operationRoutes({ database, queue, metrics, checks }: Services, rules: AccessRules) {
  async function pauseWorker(id: string, paused: boolean) {
    if (!(await queue.setWorkerPaused(id, paused))) throw new DestilaError('not_found');
    return readQueueState(database);
  }
  async function pauseQueue(paused: boolean) {
    await queue.setPaused(paused);
    return readQueueState(database);
  }
  return new Elysia({ name: 'operations', tags: ['operations'] })
    .onBeforeHandle(async ({ request }) => {
      await identifyOperator(request, rules);
    })
    .get('/doctor', ({ request }) => examine(checks, preferredLanguage(request)), {
      response: { 200: doctorReportSchema },
    })
    .get('/workers', () => readQueueState(database), state)
    .post('/workers/:id/pause', ({ params }) => pauseWorker(params.id, true), worker)
    .post('/workers/:id/resume', ({ params }) => pauseWorker(params.id, false), worker)
    .post('/queue/pause', () => pauseQueue(true), state)
    .post('/queue/resume', () => pauseQueue(false), state)
    .get(
      '/metrics',
      async () => {
        const { contentType, body } = await metrics.render();
        return new Response(body, { headers: { 'content-type': contentType } });
      },
      { detail: { description: 'Prometheus’ text format.' } },
    );
}
