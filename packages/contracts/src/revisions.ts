import { z } from 'zod';
import { keyPointSchema, operationSchema, processingJobSchema, summaryFactsSchema } from './job.ts';
import { modelChoiceSchema } from './models.ts';
import { OUTPUT_LANGUAGES } from './requests.ts';

/**
 * How a version of a summary came to be: with the job, by saving, by writing it anew, or because another one took its place.
 */
export const REVISION_KINDS = ['generated', 'saved', 'regenerated', 'replaced'] as const;
export type RevisionKind = (typeof REVISION_KINDS)[number];

/** A version of a job's summary, without its text. */
export const revisionItemSchema = z.object({
  id: z.uuid(),
  kind: z.enum(REVISION_KINDS),
  /** Null for one that was kept before titles were. */
  title: z.string().nullable(),
  /** The model that wrote it, or `extractive`. */
  summarized_by: z.string().nullable(),
  facts: summaryFactsSchema.nullable(),
  /** It says what the note says now. */
  is_current: z.boolean(),
  created_at: z.string(),
});
export type RevisionItem = z.infer<typeof revisionItemSchema>;
/** Newest first. */
export const revisionsSchema = z.object({ revisions: z.array(revisionItemSchema) });

export const revisionSchema = revisionItemSchema.extend({
  summary_markdown: z.string(),
  key_points: z.array(keyPointSchema),
  tags: z.array(z.string()),
});
export type Revision = z.infer<typeof revisionSchema>;

export const restoreAnswerSchema = z.object({
  job: processingJobSchema,
  /** The revision that holds what stood there before: restoring it undoes this. */
  replaced: z.uuid(),
});
export type RestoreAnswer = z.infer<typeof restoreAnswerSchema>;

/** What to do differently; what is absent is as it was for the job. */
export const regenerateRequestSchema = z.object({
  /** Null or blank: none. At most `MAX_PROMPT_LENGTH`, refused as `prompt_too_long`. */
  prompt: z.string().trim().nullish(),
  /** A template's id; `NO_TEMPLATE`: none. */
  template: z.string().max(60).optional(),
  /** Null: the one of the settings. */
  model: modelChoiceSchema.nullish(),
  /** Null: the language of the video. */
  output_language: z.enum(OUTPUT_LANGUAGES).nullish(),
});
export type RegenerateRequest = z.infer<typeof regenerateRequestSchema>;

export const operationsSchema = z.object({ operations: z.array(operationSchema) });

export const estimateQuerySchema = z.object({
  /** Absent: the one of the settings. */
  model: modelChoiceSchema.optional(),
  template: z.string().max(60).optional(),
});
export type EstimateQuery = z.infer<typeof estimateQuerySchema>;

/** What writing a summary would take; all zero without a model. */
export const estimateSchema = z.object({
  /** The model that would be used, or `extractive`. */
  model: z.string(),
  calls: z.number().int().nonnegative(),
  input_tokens: z.number().int().nonnegative(),
  output_tokens: z.number().int().nonnegative(),
});
export type Estimate = z.infer<typeof estimateSchema>;
