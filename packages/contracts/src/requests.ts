import { z } from 'zod';
import { jobOptionsSchema, STATUS_FILTERS } from './job.ts';
import { modelChoiceSchema } from './models.ts';

/** Characters; the longest URL that browsers and proxies agree on is near 2,000, some sites' signed links reach 4,000. */
export const MAX_URL_LENGTH = 4_096;
/** Characters of a custom prompt. */
export const MAX_PROMPT_LENGTH = 8_000;
/** Characters of an edited summary: some hundred pages, far beyond the note of any video. */
export const MAX_SUMMARY_LENGTH = 300_000;

export const OUTPUT_LANGUAGES = ['es', 'en'] as const;

export const enqueueRequestSchema = z.object({
  url: z.string().trim().min(1),
  /** At most `MAX_PROMPT_LENGTH`, refused as `prompt_too_long`. */
  custom_prompt: z.string().trim().nullish(),
  output_language: z.enum(OUTPUT_LANGUAGES).nullish(),
  options: jobOptionsSchema.optional(),
  /** Queue the source again although a job for it exists. */
  force: z.boolean().optional(),
});
export type EnqueueRequest = z.infer<typeof enqueueRequestSchema>;

export const listJobsQuerySchema = z.object({
  status: z.enum(STATUS_FILTERS).optional(),
  q: z.string().trim().max(200).optional(),
  /** The `next_cursor` of the page before. */
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type ListJobsQuery = z.infer<typeof listJobsQuerySchema>;

/** An edit of a ready or saved job; absent fields stay as they are. */
export const editJobRequestSchema = z
  .object({
    summary_markdown: z.string().max(MAX_SUMMARY_LENGTH),
    video_title: z.string().trim().min(1).max(500),
    category_id: z.uuid().nullable(),
    ai_tags: z.array(z.string().trim().min(1).max(60)).max(50),
  })
  .partial();
export type EditJobRequest = z.infer<typeof editJobRequestSchema>;

/** What becomes of changes that somebody made where the note was saved; without a choice they are told (`page_changed`). */
export const ON_CONFLICT = ['overwrite', 'append'] as const;
export type OnConflict = (typeof ON_CONFLICT)[number];

export const saveRequestSchema = z.object({ on_conflict: z.enum(ON_CONFLICT).nullish() });
export type SaveRequest = z.infer<typeof saveRequestSchema>;

/** Names, not hex codes: each theme colours them legibly. */
export const CATEGORY_COLORS = ['gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink'] as const;
export const categoryRequestSchema = z.object({
  name: z.string().trim().min(1).max(80),
  color: z.enum(CATEGORY_COLORS).default('gray'),
});
export type CategoryRequest = z.infer<typeof categoryRequestSchema>;

export const categorySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  color: z.enum(CATEGORY_COLORS),
});
export type Category = z.infer<typeof categorySchema>;

export const historyEntrySchema = z.object({
  id: z.number().int(),
  kind: z.string(),
  stage: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  at: z.string(),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** What happens to a note once it is saved: the person is asked whether to index it, or it is always or never indexed. */
export const INDEX_AFTER_SAVE = ['ask', 'always', 'never'] as const;
export type IndexAfterSave = (typeof INDEX_AFTER_SAVE)[number];

/** What stands for this machine in `index_reader`. */
export const READ_HERE = 'here';

export const settingsSchema = z.object({
  /** Where the person's notes go. */
  destination: z.enum(['markdown', 'notion']),
  /** The folder of the notes; null where they go to Notion. */
  notes_dir: z.string().nullable(),
  /** `extractive`, or `provider:model`. */
  summarizer: z.string(),
  /** Null where only captions can be read. */
  transcriber: z.string().nullable(),
  /** What reads indexed notes, so that they are found by meaning: `offline:…` or `provider:model`. Null: they are found by words. */
  embeddings: z.string().nullable(),
  /** Whether that follows `llm`, where its provider has a model for it. */
  embeddings_follow_llm: z.boolean(),
  /** What would read them on another machine, and how many indexed notes there are to be sent there; null where nothing would. */
  outside_reader: z.object({ host: z.string(), notes: z.number().int().nonnegative() }).nullable(),
  /** The host of `outside_reader` that the person lets read their indexed notes, or `here`; null until they were asked. */
  index_reader: z.string().trim().min(1).max(255).nullable(),
  index_after_save: z.enum(INDEX_AFTER_SAVE),
  /** Nothing is saved without a category. */
  category_required: z.boolean(),
  /** Bytes of the largest file that may be uploaded. */
  upload_limit: z.number().int().positive(),
  /** Null: in the language of each video. */
  output_language: z.enum(OUTPUT_LANGUAGES).nullable(),
  /** The template of whatever is added without one of its own. */
  template: z.string().max(60).nullable(),
  /** The person's own choice; null: the installation's. */
  llm: modelChoiceSchema.nullable(),
  /** Where the server of `llm` is, if not at its usual address. */
  llm_base_url: z.string().trim().min(1).max(2048).nullable(),
});
export type Settings = z.infer<typeof settingsSchema>;

export const editSettingsRequestSchema = settingsSchema
  .pick({
    index_reader: true,
    index_after_save: true,
    category_required: true,
    output_language: true,
    template: true,
    llm: true,
    llm_base_url: true,
  })
  .partial();
export type EditSettingsRequest = z.infer<typeof editSettingsRequestSchema>;

export const historySchema = z.object({ entries: z.array(historyEntrySchema) });
const countedCategorySchema = categorySchema.extend({
  /** How many have it. */
  notes: z.number().int().nonnegative(),
});
export type CountedCategory = z.infer<typeof countedCategorySchema>;
export const categoriesSchema = z.array(countedCategorySchema);

export const queueStateSchema = z.object({
  /** While paused nothing is claimed; stages that run go on to their end. */
  paused: z.boolean(),
  workers: z.array(
    z.object({
      id: z.string(),
      host: z.string(),
      pid: z.number().int(),
      /** How many jobs it takes at once, by stage. */
      slots: z.record(z.string(), z.number().int()),
      paused: z.boolean(),
      /** Jobs in its hands. */
      running: z.number().int().nonnegative(),
      started_at: z.string(),
      seen_at: z.string(),
    }),
  ),
});
export type QueueState = z.infer<typeof queueStateSchema>;
