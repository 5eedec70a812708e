import {
  notionCategoriesSchema,
  notionConnectionSchema,
  notionDatabaseDetailSchema,
  notionDatabasesSchema,
  notionTokenRequestSchema,
  notionUseRequestSchema,
} from '@destila/contracts';
import { Elysia } from 'elysia';
import { z } from 'zod';
import {
  connectNotion,
  describeNotionDatabase,
  disconnectNotion,
  listNotionDatabases,
  readNotionConnection,
  takeNotionCategories,
  useNotionDatabase,
} from '../../application/notion-settings.ts';
import type { Services } from '../../application/services.ts';
import type { Identity } from '../identity.ts';

/** Where the person's notes go in Notion. */
export function notionRoutes(services: Services, identity: Identity) {
  return new Elysia({ name: 'notion', tags: ['settings'] })
    .use(identity)
    .get('/notion', ({ userId }) => readNotionConnection(services, userId), {
      response: { 200: notionConnectionSchema },
    })
    .put('/notion/token', ({ body, userId }) => connectNotion(services, userId, body.token), {
      body: notionTokenRequestSchema,
      response: { 200: notionConnectionSchema },
    })
    .delete('/notion/token', async ({ userId, set }) => {
      await disconnectNotion(services, userId);
      set.status = 204;
    })
    .get('/notion/databases', async ({ userId }) => ({ databases: await listNotionDatabases(services, userId) }), {
      response: { 200: notionDatabasesSchema },
    })
    .get('/notion/databases/:id', ({ params, userId }) => describeNotionDatabase(services, userId, params.id), {
      params: z.object({ id: z.string().min(1).max(100) }),
      response: { 200: notionDatabaseDetailSchema },
    })
    .put('/notion/database', ({ body, userId }) => useNotionDatabase(services, userId, body), {
      body: notionUseRequestSchema,
      response: { 200: notionConnectionSchema },
    })
    .post('/notion/categories', ({ userId }) => takeNotionCategories(services, userId), {
      response: { 200: notionCategoriesSchema },
    });
}
