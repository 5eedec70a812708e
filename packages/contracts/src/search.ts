import { z } from 'zod';

/** Characters of a question. */
export const LONGEST_QUESTION = 400;

/** Databases know no year 0. */
const day = z.iso.date().refine((date) => date >= '0001', { error: 'too early' });

/** How a search is done: by words alone, or by meaning too. */
export const SEARCH_WAYS = ['words', 'meaning'] as const;

export const searchQuerySchema = z.object({
  q: z.string().trim().min(1).max(LONGEST_QUESTION),
  limit: z.coerce.number().int().min(1).max(50).default(20),
  /** `words` is answered without asking a model: for what is shown while a person types. */
  by: z.enum(SEARCH_WAYS).default('meaning'),
  category: z.uuid().optional(),
  tag: z.string().trim().min(1).max(60).optional(),
  channel: z.string().trim().min(1).max(300).optional(),
  /** Days on which the video was added, the last one included. */
  from: day.optional(),
  to: day.optional(),
  /** Of whose clock the days are: an IANA name. UTC when absent. */
  time_zone: z.string().max(60).refine(isTimeZone).optional(),
});
export type SearchQuery = z.infer<typeof searchQuerySchema>;
export type SearchFilters = Pick<SearchQuery, 'category' | 'tag' | 'channel' | 'from' | 'to'>;

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What found a passage. */
export const FOUND_BY = ['words', 'meaning', 'both'] as const;
export type FoundBy = (typeof FOUND_BY)[number];

/** A passage that answers a search. `heading` and `snippet` mark the matching words with U+E000 … U+E001 (private use, never in text). */
export const searchHitSchema = z.object({
  job_id: z.uuid(),
  video_title: z.string().nullable(),
  url: z.string(),
  channel: z.string().nullable(),
  heading: z.string().nullable(),
  /** The sentences of the passage that answer best. */
  snippet: z.string(),
  /** Where in the video they are said, about; null when no moment is known. */
  start_seconds: z.number().nonnegative().nullable(),
  found_by: z.enum(FOUND_BY),
  /** Higher is better, within one answer. */
  rank: z.number(),
});
export type SearchHit = z.infer<typeof searchHitSchema>;

/**
 * What became of the search by meaning. `off`: this installation has none. `nothing_read`: no model has read any of these
 * notes yet. `other_language`: the one there is does not know the language of the question or of the notes, and will not read
 * them. `failed`: the model did not answer.
 */
export const MEANING_STATES = ['used', 'not_asked', 'off', 'nothing_read', 'other_language', 'failed'] as const;
export type MeaningState = (typeof MEANING_STATES)[number];

export const searchResultSchema = z.object({
  hits: z.array(searchHitSchema),
  meaning: z.enum(MEANING_STATES),
});
export type SearchResult = z.infer<typeof searchResultSchema>;
export const SNIPPET_MARK = { open: '\uE000', close: '\uE001' } as const;

/** What indexed notes can be told apart by, besides category and date. */
export const searchChoicesSchema = z.object({
  /** The most frequent first. */
  tags: z.array(z.string()),
  channels: z.array(z.string()),
});
export type SearchChoices = z.infer<typeof searchChoicesSchema>;
