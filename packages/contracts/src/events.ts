import { z } from 'zod';
import { jobListItemSchema } from './job.ts';

/** What `GET /api/jobs/events` sends. `resync` says that events were missed: fetch anew. */
export const jobEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), job: jobListItemSchema }),
  z.object({
    type: z.literal('progress'),
    job: jobListItemSchema.pick({
      id: true,
      status: true,
      progress: true,
      current_step: true,
      progress_detail: true,
      held: true,
    }),
  }),
  /** A job's summary as far as it is written; null when it is being written no longer. It has no id: none is sent again. */
  z.object({ type: z.literal('draft'), id: z.uuid(), markdown: z.string().nullable() }),
  z.object({ type: z.literal('deleted'), id: z.uuid() }),
  z.object({ type: z.literal('resync') }),
]);
export type JobEvent = z.infer<typeof jobEventSchema>;

/** Milliseconds between two polls of the fallback, while `hasUnfinished`. */
export const POLL_INTERVAL = 5000;
