import { editTemplateRequestSchema, templateRequestSchema, templateSchema, templatesSchema } from '@destila/contracts';
import { Elysia } from 'elysia';
import { z } from 'zod';
import type { Services } from '../../application/services.ts';
import { addTemplate, changeTemplate, listTemplates, removeTemplate } from '../../application/templates.ts';
import type { Identity } from '../identity.ts';

/** Built-in templates are named by words, and are nobody's to change. */
const id = { params: z.object({ id: z.uuid() }) };

export function templateRoutes(services: Services, identity: Identity) {
  return new Elysia({ name: 'templates', tags: ['library'] })
    .use(identity)
    .get('/templates', async ({ userId }) => ({ templates: await listTemplates(services, userId) }), {
      response: { 200: templatesSchema },
    })
    .post('/templates', async ({ body, userId, status }) => status(201, await addTemplate(services, userId, body)), {
      body: templateRequestSchema,
      response: { 201: templateSchema },
    })
    .patch('/templates/:id', ({ params, body, userId }) => changeTemplate(services, userId, params.id, body), {
      ...id,
      body: editTemplateRequestSchema,
      response: { 200: templateSchema },
    })
    .delete(
      '/templates/:id',
      async ({ params, userId, set }) => {
        await removeTemplate(services, userId, params.id);
        set.status = 204;
      },
      id,
    );
}
