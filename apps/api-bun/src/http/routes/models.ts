import {
  MODEL_PROVIDERS,
  modelChoicesSchema,
  modelKeyRequestSchema,
  modelListSchema,
  modelTestRequestSchema,
  modelTestSchema,
} from '@destila/contracts';
import { Elysia } from 'elysia';
import { z } from 'zod';
import {
  forgetModelKey,
  keepModelKey,
  listProviderModels,
  readModelChoices,
  testModel,
} from '../../application/model-settings.ts';
import type { Services } from '../../application/services.ts';
import type { Identity } from '../identity.ts';

const provider = { params: z.object({ provider: z.enum(MODEL_PROVIDERS) }) };

/** Language models: what may be chosen, the keys for it, and whether it works. Choosing itself is a setting. */
export function modelRoutes(services: Services, identity: Identity) {
  return new Elysia({ name: 'models', tags: ['settings'] })
    .use(identity)
    .get('/settings/models', ({ userId }) => readModelChoices(services, userId), {
      response: { 200: modelChoicesSchema },
    })
    .get('/settings/models/:provider', ({ params, userId }) => listProviderModels(services, userId, params.provider), {
      ...provider,
      response: { 200: modelListSchema },
    })
    .post('/settings/models/test', ({ body, userId }) => testModel(services, userId, body), {
      body: modelTestRequestSchema,
      response: { 200: modelTestSchema },
    })
    .put(
      '/settings/keys/:provider',
      async ({ params, body, userId, set }) => {
        await keepModelKey(services, userId, params.provider, body.key);
        set.status = 204;
      },
      { ...provider, body: modelKeyRequestSchema },
    )
    .delete(
      '/settings/keys/:provider',
      async ({ params, userId, set }) => {
        await forgetModelKey(services, userId, params.provider);
        set.status = 204;
      },
      provider,
    );
}
