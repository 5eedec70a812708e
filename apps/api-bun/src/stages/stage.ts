import {
  chapterSchema,
  droppedSegmentsSchema,
  type JobStep,
  keyPointSchema,
  type ProcessingJob,
  type ProgressDetail,
  segmentSchema,
  summaryFactsSchema,
  TRANSCRIPT_ORIGINS,
} from '@destila/contracts';
import { z } from 'zod';

/** What a stage is given besides its input. */
export interface StageContext {
  readonly job: ProcessingJob;
  /** Aborts when the person cancels or deletes the job, the lease is lost, or the worker stops. */
  readonly signal: AbortSignal;
  /** A folder of this claim's own, removed when the stage ends, however it ends. */
  readonly workDir: string;
  /** Says what is happening. Cheap: it is written at most once a second. */
  report(step: JobStep, detail?: ProgressDetail): void;
  /** Keeps the job's picture (JPEG) where every machine can read it. */
  keepThumbnail(jpeg: Uint8Array): Promise<void>;
  /** Shows the summary as far as it is written to whoever waits for it. Cheap: it is passed on four times a second at most. */
  draft(markdown: string): void;
  /** What this stage of this job has finished of itself, also in earlier claims; kept until the stage's end. */
  readonly parts: Parts;
}

/** The finished parts of a stage that takes long, by a key that the stage chooses. */
export interface Parts {
  read(): Promise<ReadonlyMap<string, unknown>>;
  /** Rejects when the claim is not live any more. */
  keep(key: string, output: object): Promise<void>;
}

/** One step of the way from video to note. A stage returns its output or throws a `DestilaError`; it never half-succeeds. */
export interface Stage<Input, Output, Context = StageContext> {
  run(context: Context, input: Input): Promise<Output>;
}

/** What is known of the source after the download stage; the media itself is only cached. */
export const downloadOutputSchema = z.object({
  title: z.string().nullable(),
  channel: z.string().nullable(),
  /** Seconds. */
  duration: z.number().nonnegative().nullable(),
  /** BCP 47, as the source says. */
  language: z.string().nullable(),
  /** The day it was published, `YYYY-MM-DD`; null also for what was downloaded before this was kept. */
  published: z.iso.date().nullable().default(null),
  chapters: z.array(chapterSchema),
  /** The captions file the source has, in its own words; parsed by the next stage. */
  captions: z
    .object({
      format: z.enum(['vtt', 'srt', 'json3', 'ttml']),
      language: z.string().nullable(),
      kind: z.enum(['authored', 'automatic']),
      text: z.string(),
    })
    .nullable(),
});
export type DownloadOutput = z.infer<typeof downloadOutputSchema>;

export const transcribeOutputSchema = z.object({
  segments: z.array(segmentSchema).min(1),
  language: z.string().nullable(),
  origin: z.enum(TRANSCRIPT_ORIGINS),
  /** What a recogniser invented and was left out. */
  dropped: droppedSegmentsSchema.optional(),
});
export type TranscribeOutput = z.infer<typeof transcribeOutputSchema>;

export const summarizeOutputSchema = z.object({
  title: z.string(),
  /** Canonical Markdown. */
  markdown: z.string().min(1),
  key_points: z.array(keyPointSchema),
  tags: z.array(z.string()),
  language: z.string(),
  /** `extractive`, or `provider:model`. */
  summarized_by: z.string(),
  /** Null only for a summary that is older than they are. */
  facts: summaryFactsSchema.nullable().default(null),
});
export type SummarizeOutput = z.infer<typeof summarizeOutputSchema>;

export interface SummarizeInput {
  download: DownloadOutput;
  transcript: TranscribeOutput;
}

/** A summary can be written anew when the job is long finished, with no claim on it. */
export type SummarizeStage = Stage<
  SummarizeInput,
  SummarizeOutput,
  Pick<StageContext, 'job' | 'signal' | 'parts' | 'report' | 'draft'>
>;
