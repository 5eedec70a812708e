import type { PageObjectResponse } from '@notionhq/client';
import { z } from 'zod';
import type { Edit } from './page-body.ts';

/** Milliseconds by which Notion's times, which it rounds to the minute, may differ. */
const ROUNDING = 60_000;

/**
 * What is remembered of a page. `clearing`: what stood there is about to be removed. `writing`: what stands there from `from` on is how
 * our text begins. `written`: it is our text.
 */
const stateSchema = z.object({
  step: z.enum(['clearing', 'writing', 'written']),
  /** Blocks at the beginning of the page that are a person's. */
  from: z.number().int().nonnegative(),
  /** Of the text as blocks. */
  digest: z.string().nullable(),
  /** Who writes for us, and when that was last; null where it is not known. */
  by: z.string().nullable(),
  at: z.string().nullable(),
});
export type State = z.infer<typeof stateSchema>;

export function readState(kept: unknown, page: PageObjectResponse): State {
  return stateSchema.safeParse(kept).data ?? stateOfOld(page);
}

/** Of a page that nothing was kept of but its id, or not even that. */
export function stateOfOld(page: PageObjectResponse): State {
  return { step: 'written', from: 0, digest: null, by: page.created_by.id, at: null };
}

export function editOf(page: PageObjectResponse): Edit {
  return { by: page.last_edited_by.id, at: page.last_edited_time };
}

export function changedByOthers(page: PageObjectResponse, { by, at }: State): boolean {
  if (page.last_edited_by.id !== (by ?? page.created_by.id)) return true;
  return at !== null && Date.parse(page.last_edited_time) - Date.parse(at) > ROUNDING;
}
