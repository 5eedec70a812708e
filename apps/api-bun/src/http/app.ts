import { DestilaError } from '@destila/contracts';
import { openapi } from '@elysiajs/openapi';
import { Elysia } from 'elysia';
import { z } from 'zod';
import type { Services } from '../application/services.ts';
import { type AccessRules, checkOrigin } from './access.ts';
import { checkBodySize } from './body-size.ts';
import { createIdentity } from './identity.ts';
import { JobStream } from './job-stream.ts';
import { asDestilaError, problemResponse } from './problem.ts';
import { exportRoutes } from './routes/exports.ts';
import { jobRoutes } from './routes/jobs.ts';
import { libraryRoutes } from './routes/library.ts';
import { manyRoutes } from './routes/many.ts';
import { modelRoutes } from './routes/models.ts';
import { notionRoutes } from './routes/notion.ts';
import { operationRoutes } from './routes/operations.ts';
import { revisionRoutes } from './routes/revisions.ts';
import { systemRoutes } from './routes/system.ts';
import { templateRoutes } from './routes/templates.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { serveWeb } from './static-web.ts';

export type App = ReturnType<typeof createApp>;

/** The whole HTTP side: the API under `/api`, the web's files everywhere else. `webDist` is the folder of the web's build. */
export function createApp(services: Services, rules: AccessRules, webDist: string) {
  const identity = createIdentity(rules);
  const stream = new JobStream(services.database, services.events, (error) =>
    services.logger.error({ err: error }, 'changed jobs could not be read for the event stream'),
  );
  return new Elysia({ name: 'destila' })
    .state('stream', stream)
    .onRequest(({ request }) => {
      checkOrigin(request, rules);
      checkBodySize(request, services.uploadLimit);
    })
    .onError(({ error, code, request }) => {
      const problem = asDestilaError(error, code);
      // Who has gone away gets no answer, and what was stopped for it has not failed.
      if (problem.code === 'internal_error' && !request.signal.aborted) {
        services.logger.error(
          { err: error, method: request.method, path: new URL(request.url).pathname },
          'a request failed',
        );
      }
      return problemResponse(problem, request);
    })
    .group('/api', (api) =>
      api
        .use(
          openapi({
            path: '/openapi',
            specPath: '/openapi',
            provider: null,
            exclude: { staticFile: false },
            documentation: {
              info: { title: 'Destila', version: '1', description: 'Turns videos into notes.' },
              servers: [{ url: '/api' }],
            },
            mapJsonSchema: {
              zod: (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
            },
          }),
        )
        .use(systemRoutes(services, identity, stream, rules))
        .use(uploadRoutes(services, identity))
        .use(exportRoutes(services, identity))
        .use(manyRoutes(services, identity))
        .use(jobRoutes(services, identity))
        .use(revisionRoutes(services, identity))
        .use(libraryRoutes(services, identity))
        .use(templateRoutes(services, identity))
        .use(modelRoutes(services, identity))
        .use(notionRoutes(services, identity))
        .use(operationRoutes(services, rules))
        .get(
          '/*',
          () => {
            throw new DestilaError('not_found');
          },
          { detail: { hide: true } },
        ),
    )
    .get('/*', ({ request }) => serveWeb(webDist, request));
}
