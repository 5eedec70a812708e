import { jobOptionsSchema, OUTPUT_LANGUAGES, processingJobSchema } from '@destila/contracts';
import { Elysia } from 'elysia';
import { z } from 'zod';
import { addUpload } from '../../application/add-upload.ts';
import { openJobMedia } from '../../application/open-job-media.ts';
import { readJobThumbnail } from '../../application/read-job-thumbnail.ts';
import type { Services } from '../../application/services.ts';
import type { Identity } from '../identity.ts';

const id = { params: z.object({ id: z.uuid() }) };

const uploadQuerySchema = z.object({
  filename: z.string().min(1).max(500),
  custom_prompt: z.string().trim().optional(),
  output_language: z.enum(OUTPUT_LANGUAGES).optional(),
  /** Queue the file again although a job for the same bytes exists. */
  force: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  ...jobOptionsSchema.shape,
});

/** Media that is ours: uploads go in as the raw body of one request, so that they are streamed and never held in memory. */
export function uploadRoutes(services: Services, identity: Identity) {
  return new Elysia({ name: 'uploads', tags: ['jobs'] })
    .use(identity)
    .post(
      '/jobs/upload',
      async ({ request, query, userId, status }) => {
        const { filename, custom_prompt, output_language, force, ...options } = query;
        const body = request.body ?? new Blob().stream();
        const upload = { filename, custom_prompt, output_language, force, options, body };
        return status(201, await addUpload(services, userId, upload));
      },
      { parse: 'none', query: uploadQuerySchema, response: { 201: processingJobSchema } },
    )
    .get(
      '/jobs/:id/media',
      async ({ params, userId, request }) => answerRange(request, await openJobMedia(services, userId, params.id)),
      id,
    )
    .get(
      '/jobs/:id/thumbnail',
      async ({ params, userId }) =>
        new Response(await readJobThumbnail(services, userId, params.id), {
          headers: { 'content-type': 'image/jpeg', 'cache-control': 'private, max-age=86400' },
        }),
      id,
    );
}

/** A file, or the one range of it that was asked for (RFC 9110, §14). */
function answerRange(request: Request, { path, type }: { path: string; type: string }): Response {
  const file = Bun.file(path);
  const headers = {
    'content-type': type,
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private',
  };
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get('range') ?? '');
  if (!range || (range[1] === '' && range[2] === '')) return new Response(file, { headers });
  const [start, end] = boundsOf(range[1] ?? '', range[2] ?? '', file.size);
  if (start >= file.size || start > end) {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${file.size}` } });
  }
  return new Response(file.slice(start, end + 1), {
    status: 206,
    headers: {
      ...headers,
      'content-range': `bytes ${start}-${end}/${file.size}`,
      'content-length': String(end + 1 - start),
    },
  });
}

/** First and last byte; without a first one, the range is a suffix of that length. */
function boundsOf(first: string, last: string, size: number): [number, number] {
  if (first === '') return [Math.max(0, size - Number(last)), size - 1];
  return [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)];
}
