import {
  categoriesSchema,
  categoryRequestSchema,
  categorySchema,
  editSettingsRequestSchema,
  searchChoicesSchema,
  searchQuerySchema,
  searchResultSchema,
  settingsSchema,
} from '@destila/contracts';
import { Elysia } from 'elysia';
import { z } from 'zod';
import { addCategory, changeCategory, listCategories, removeCategory } from '../../application/categories.ts';
import { readSearchChoices, searchLibrary } from '../../application/search-library.ts';
import type { Services } from '../../application/services.ts';
import { editSettings, readSettings } from '../../application/settings.ts';
import type { Identity } from '../identity.ts';

const id = { params: z.object({ id: z.uuid() }) };

export function libraryRoutes(services: Services, identity: Identity) {
  return new Elysia({ name: 'library', tags: ['library'] })
    .use(identity)
    .get('/search', ({ query, userId }) => searchLibrary(services, userId, query), {
      query: searchQuerySchema,
      response: { 200: searchResultSchema },
    })
    .get('/search/choices', ({ userId }) => readSearchChoices(services, userId), {
      response: { 200: searchChoicesSchema },
    })
    .get('/categories', ({ userId }) => listCategories(services, userId), { response: { 200: categoriesSchema } })
    .post('/categories', async ({ body, userId, status }) => status(201, await addCategory(services, userId, body)), {
      body: categoryRequestSchema,
      response: { 201: categorySchema },
    })
    .patch('/categories/:id', ({ params, body, userId }) => changeCategory(services, userId, params.id, body), {
      ...id,
      body: categoryRequestSchema,
      response: { 200: categorySchema },
    })
    .delete(
      '/categories/:id',
      async ({ params, userId, set }) => {
        await removeCategory(services, userId, params.id);
        set.status = 204;
      },
      id,
    )
    .get('/settings', ({ userId }) => readSettings(services, userId), { response: { 200: settingsSchema } })
    .patch('/settings', ({ body, userId }) => editSettings(services, userId, body), {
      body: editSettingsRequestSchema,
      response: { 200: settingsSchema },
    });
}
