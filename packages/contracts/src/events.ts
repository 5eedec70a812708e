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
  z.object({ type: z.literal('deleted'), id: z.uuid() }),
  z.object({ type: z.literal('resync') }),
]);
export type JobEvent = z.infer<typeof jobEventSchema>;

/** Milliseconds between two polls of the fallback, while `hasUnfinished`. */
export const POLL_INTERVAL = 5000;
