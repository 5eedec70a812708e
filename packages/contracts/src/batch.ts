import { z } from 'zod';
import { problemSchema } from './errors.ts';
import { jobListItemSchema } from './job.ts';
import { enqueueRequestSchema } from './requests.ts';

/** Videos in one request. */
export const BATCH_LIMIT = 200;

/** Many videos with the same instructions and options. An address that is none is answered as such, and spoils no other. */
export const batchRequestSchema = enqueueRequestSchema.omit({ url: true }).extend({
  items: z
    .array(
      z.object({
        url: z.string(),
        /** Shown until the video's own is known. */
        title: z.string().trim().max(500).nullish(),
      }),
    )
    .min(1)
    .max(BATCH_LIMIT),
});
export type BatchRequest = z.infer<typeof batchRequestSchema>;

/** What became of one item: the job, or why there is none (`duplicate_url` names the job that exists). */
const batchResultSchema = z.union([
  z.object({ url: z.string(), job: jobListItemSchema }),
  z.object({ url: z.string(), problem: problemSchema }),
]);

/** In the order of the request. */
export const batchAnswerSchema = z.object({ results: z.array(batchResultSchema) });
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;
