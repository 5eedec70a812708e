import { z } from 'zod';
import type { PublicationLease } from '../../apps/api-bun/src/database/publications.ts';

/** Short, so that a save whose process was killed is taken up soon. */
export const LEASE: PublicationLease = {
  leaseSeconds: 2,
  renewalMs: 300,
  selfAbortMs: 1_200,
  lookAgainSeconds: 2,
};
/** Milliseconds between two looks for saves that nobody is at. */
export const PERIOD = 50;
/** Milliseconds before a request is tried again. */
export const FIRST_DELAY = 40;
/** Saves that a process has under way at once. */
export const SLOTS = 4;

/** What a publisher is told. */
export const publisherSettingsSchema = z.object({
  databaseUrl: z.string(),
  notionUrl: z.string(),
  token: z.string(),
  dataSourceId: z.string(),
  logFile: z.string(),
});
export type PublisherSettings = z.infer<typeof publisherSettingsSchema>;
