import { readCheckpoint } from '../database/checkpoints.ts';
import type { Queryable } from '../database/database.ts';
import type { ClaimedJob, StageColumns } from '../queue/queue.ts';
import {
  type DownloadOutput,
  downloadOutputSchema,
  type Stage,
  type StageContext,
  type SummarizeOutput,
  type SummarizeStage,
  type TranscribeOutput,
  transcribeOutputSchema,
} from '../stages/stage.ts';

/** The way from video to note: three stages, each fed by the checkpoints of those before it. */
export interface Stages {
  downloading: Stage<null, DownloadOutput>;
  transcribing: Stage<DownloadOutput, TranscribeOutput>;
  summarizing: SummarizeStage;
}

export interface StageResult {
  /** What the checkpoint keeps. */
  output: object;
  /** What the job's row shows. */
  columns: StageColumns;
}

/** Runs the stage that a job is in. */
export async function runStage(
  stages: Stages,
  database: Queryable,
  job: ClaimedJob,
  context: StageContext,
): Promise<StageResult> {
  if (job.stage === 'downloading') {
    const output = await stages.downloading.run(context, null);
    return { output, columns: downloadColumns(output) };
  }
  const download = downloadOutputSchema.parse(await readCheckpoint(database, job.id, 'downloading'));
  if (job.stage === 'transcribing') {
    const output = await stages.transcribing.run(context, download);
    return { output, columns: transcribeColumns(output) };
  }
  const transcript = transcribeOutputSchema.parse(await readCheckpoint(database, job.id, 'transcribing'));
  const output = await stages.summarizing.run(context, { download, transcript });
  return { output, columns: summarizeColumns(output) };
}

function downloadColumns(output: DownloadOutput): StageColumns {
  return {
    ...(output.title !== null && { video_title: output.title }),
    ...(output.duration !== null && { video_duration: Math.floor(output.duration) }),
    ...(output.language !== null && { source_language: output.language }),
  };
}

function transcribeColumns(output: TranscribeOutput): StageColumns {
  return {
    transcription: output.segments.map((segment) => segment.text).join('\n'),
    ...(output.language !== null && { source_language: output.language }),
  };
}

function summarizeColumns(output: SummarizeOutput): StageColumns {
  return {
    video_title: output.title,
    summary_markdown: output.markdown,
    key_points: output.key_points,
    ai_tags: output.tags,
    summarized_by: output.summarized_by,
    ...(output.facts !== null && { summary_facts: output.facts }),
  };
}
