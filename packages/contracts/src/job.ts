import { z } from 'zod';
import { modelChoiceSchema } from './models.ts';

/** The states a job can be in. The first four are *unfinished*: a worker may still claim the job. */
export const JOB_STATUSES = [
  'pending',
  'downloading',
  'transcribing',
  'summarizing',
  'ready',
  'saved',
  'failed',
  'cancelled',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** The three stages, in the order a job passes them. A stage's name is also the status of a job that is in it. */
export const STAGES = ['downloading', 'transcribing', 'summarizing'] as const;
export type StageName = (typeof STAGES)[number];

export const UNFINISHED_STATUSES = ['pending', ...STAGES] as const satisfies readonly JobStatus[];

/** The share of the whole progress bar that a stage covers: [from, to], per cent. */
export const STAGE_PROGRESS = {
  downloading: [10, 30],
  transcribing: [30, 60],
  summarizing: [60, 90],
} as const satisfies Record<StageName, readonly [number, number]>;

/** What filters and counts call by one name: `processing` is the three middle states together. */
export const STATUS_FILTERS = ['processing', ...JOB_STATUSES] as const;
export type StatusFilter = (typeof STATUS_FILTERS)[number];

/** What a stage is doing at this moment; the web shows each in words. */
export const JOB_STEPS = [
  'fetching_program',
  'resolving',
  'fetching_media',
  'fetching_audio',
  'reading_captions',
  'extracting_audio',
  'finding_pauses',
  'fetching_model',
  'loading_model',
  'transcribing_audio',
  'writing_summary',
] as const;
export type JobStep = (typeof JOB_STEPS)[number];

/** Honest progress inside a stage: `done` of `total` in `unit`; `total` is null when nobody knows it. */
export const progressDetailSchema = z.object({
  unit: z.enum(['bytes', 'seconds', 'parts']),
  done: z.number().nonnegative(),
  total: z.number().positive().nullable(),
  /** Seconds until this stage ends, estimated from its own pace; null while unknown. */
  eta_seconds: z.number().nonnegative().nullable(),
});
export type ProgressDetail = z.infer<typeof progressDetailSchema>;

export const keyPointSchema = z.object({
  text: z.string(),
  /** Seconds from the beginning of the video; null when no moment is known. */
  start_seconds: z.number().nonnegative().nullable(),
});
export type KeyPoint = z.infer<typeof keyPointSchema>;

/** What a person may choose for one job. */
export const jobOptionsSchema = z.object({
  /** `speech`: the sound is transcribed although the source has captions. */
  transcript_from: z.enum(['captions', 'speech']).optional(),
  /** How the summary is laid out: a built-in template's name, or the id of one's own. */
  template: z.string().max(60).optional(),
  /** `auto`, `extractive`, or `provider:model`. */
  model: modelChoiceSchema.optional(),
});
export type JobOptions = z.infer<typeof jobOptionsSchema>;

/** How a summary was made. */
export const summaryFactsSchema = z.object({
  /** Share of the transcript's time that some point cites, 0–1; null for a transcript of no length. */
  coverage: z.number().min(0).max(1).nullable(),
  /** What the summary says nothing of, though it should: seconds from the beginning. */
  missing: z.array(z.object({ start: z.number(), end: z.number(), reason: z.string() })),
  /** Points that were summarised without a model because it gave nothing usable: seconds from the beginning. */
  extracted: z.array(z.object({ start: z.number(), end: z.number() })),
  /** Citations of lines that do not exist, and quotes that are not in the transcript: both dropped. */
  dropped_citations: z.number().int().nonnegative(),
  dropped_quotes: z.number().int().nonnegative(),
  /** Null without a model. */
  usage: z
    .object({
      calls: z.number().int().nonnegative(),
      input_tokens: z.number().int().nonnegative(),
      output_tokens: z.number().int().nonnegative(),
    })
    .nullable(),
  template: z.string().nullable(),
  /** ISO 639-1. */
  language: z.string(),
});
export type SummaryFacts = z.infer<typeof summaryFactsSchema>;

const timestamp = z.string();

/** A save that goes on by itself (`pending`), or that failed for good since the job was last saved. */
export const unfinishedSaveSchema = z.object({
  state: z.enum(['pending', 'failed']),
  /** Why the last try failed; null while the first is being made. */
  error_code: z.string().nullable(),
  /** Not before this moment will it be tried again; null when it will not be, or is being tried. */
  next_try_at: timestamp.nullable(),
});
export type UnfinishedSave = z.infer<typeof unfinishedSaveSchema>;

/** A row of `processing_jobs` as a list shows it: everything but the long texts. */
export const jobListItemSchema = z.object({
  id: z.uuid(),
  user_id: z.uuid(),
  url: z.string(),
  custom_prompt: z.string().nullable(),
  status: z.enum(JOB_STATUSES),
  /** Per cent, 0–100. */
  progress: z.number().int().min(0).max(100),
  current_step: z.enum(JOB_STEPS).nullable(),
  progress_detail: progressDetailSchema.nullable(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  failed_stage: z.enum(UNFINISHED_STATUSES).nullable(),
  video_title: z.string().nullable(),
  video_thumbnail: z.string().nullable(),
  /** Whole seconds. */
  video_duration: z.number().int().nonnegative().nullable(),
  source_language: z.string().nullable(),
  output_language: z.string().nullable(),
  options: jobOptionsSchema,
  ai_tags: z.array(z.string()),
  category_id: z.uuid().nullable(),
  notion_page_id: z.string().nullable(),
  saved_to: z.enum(['markdown', 'notion']).nullable(),
  saved_location: z.string().nullable(),
  /** The `version` that is where the job was saved, null when unknown; another one than the job's: it was edited since. */
  saved_version: z.number().int().positive().nullable(),
  unfinished_save: unfinishedSaveSchema.nullable(),
  indexed_at: timestamp.nullable(),
  /** The `version` of the text that search finds; another one than the job's: it was edited since. */
  indexed_version: z.number().int().positive().nullable(),
  /** True while some worker holds a lease on the job. */
  held: z.boolean(),
  retry_count: z.number().int().nonnegative(),
  /** Raised by every edit; sent back as `If-Match`. */
  version: z.number().int().positive(),
  /** Not before this moment will the job be claimed (a retry that waits). */
  run_at: timestamp,
  created_at: timestamp,
  started_at: timestamp.nullable(),
  completed_at: timestamp.nullable(),
  saved_at: timestamp.nullable(),
  updated_at: timestamp,
  deleted_at: timestamp.nullable(),
});
export type JobListItem = z.infer<typeof jobListItemSchema>;

/** The specification's job: a list item with its long texts. */
export const processingJobSchema = jobListItemSchema.extend({
  transcription: z.string().nullable(),
  summary_markdown: z.string().nullable(),
  key_points: z.array(keyPointSchema),
});
export type ProcessingJob = z.infer<typeof processingJobSchema>;

/** A stretch of speech. `id` counts from 0 within the transcript; times are seconds from the video's beginning. */
export const segmentSchema = z.object({
  id: z.number().int().nonnegative(),
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  text: z.string(),
  speaker: z.string().optional(),
});
export type Segment = z.infer<typeof segmentSchema>;

export const chapterSchema = z.object({
  title: z.string(),
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
});
export type Chapter = z.infer<typeof chapterSchema>;

/** How the transcript came to be: from captions in the source, or recognised by an engine. */
export const TRANSCRIPT_ORIGINS = ['captions', 'automatic_captions', 'whisper', 'speech_server', 'command'] as const;
export type TranscriptOrigin = (typeof TRANSCRIPT_ORIGINS)[number];

/** How many segments a recogniser invented: the same ones over and over, and words where nothing is to be heard. */
export const droppedSegmentsSchema = z.object({
  repeated: z.number().int().nonnegative(),
  silent: z.number().int().nonnegative(),
});
export type DroppedSegments = z.infer<typeof droppedSegmentsSchema>;

/** Work on a finished job: its summary written anew, its passages put into the index. */
export const OPERATION_KINDS = ['regenerate', 'index'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

export const operationSchema = z.object({
  id: z.uuid(),
  kind: z.enum(OPERATION_KINDS),
  status: z.enum(['waiting', 'done', 'failed', 'cancelled']),
  /** True while some worker holds a lease on it. */
  held: z.boolean(),
  progress_detail: progressDetailSchema.nullable(),
  error_code: z.string().nullable(),
  /** Not before this moment will it be tried again. */
  run_at: timestamp,
  created_at: timestamp,
});
export type Operation = z.infer<typeof operationSchema>;

export const jobDetailSchema = processingJobSchema.extend({
  segments: z.array(segmentSchema),
  chapters: z.array(chapterSchema),
  /** The latest of each kind. */
  operations: z.array(operationSchema),
  transcript_origin: z.enum(TRANSCRIPT_ORIGINS).nullable(),
  /** Left out of the transcript; absent when it was not recognised by an engine. */
  transcript_dropped: droppedSegmentsSchema.optional(),
  /** The model that wrote the summary, or `extractive`. */
  summarized_by: z.string().nullable(),
  summary_facts: summaryFactsSchema.nullable(),
  /** While it has none: the category that the person's earlier choices speak for. */
  suggested_category_id: z.uuid().nullable(),
});
export type JobDetail = z.infer<typeof jobDetailSchema>;

/** Jobs by filter; `all` leaves out deleted ones, as every other number does. */
export const jobCountsSchema = z.record(z.enum([...STATUS_FILTERS, 'all']), z.number().int().nonnegative());
export type JobCounts = z.infer<typeof jobCountsSchema>;

export const jobPageSchema = z.object({
  jobs: z.array(jobListItemSchema),
  next_cursor: z.string().nullable(),
  counts: jobCountsSchema,
});
export type JobPage = z.infer<typeof jobPageSchema>;

/** The web polls only while this holds. */
export function hasUnfinished(counts: JobCounts): boolean {
  return counts.pending + counts.processing > 0;
}
