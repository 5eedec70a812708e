import type { ProcessingJob } from '@destila/contracts';
import type { StageContext } from './stage.ts';

/** A job as the queue hands it to a stage, for the tests of stages. */
export function jobFor(changes: Partial<ProcessingJob> = {}): ProcessingJob {
  const now = '2026-01-01T00:00:00.000Z';
  return {
    id: '0196f3c2-0000-7000-8000-000000000001',
    user_id: '0196f3c2-0000-7000-8000-000000000002',
    url: 'https://video.example/talk.mp4',
    custom_prompt: null,
    status: 'summarizing',
    progress: 60,
    current_step: null,
    progress_detail: null,
    error_code: null,
    error_message: null,
    failed_stage: null,
    video_title: null,
    video_thumbnail: null,
    video_duration: null,
    source_language: null,
    output_language: null,
    options: {},
    ai_tags: [],
    category_id: null,
    notion_page_id: null,
    saved_to: null,
    saved_location: null,
    saved_version: null,
    unfinished_save: null,
    indexed_at: null,
    indexed_version: null,
    held: true,
    retry_count: 0,
    version: 1,
    run_at: now,
    created_at: now,
    started_at: now,
    completed_at: null,
    saved_at: null,
    updated_at: now,
    deleted_at: null,
    transcription: null,
    summary_markdown: null,
    key_points: [],
    ...changes,
  };
}

export function contextFor(changes: Partial<StageContext> = {}): StageContext {
  return {
    job: jobFor(),
    signal: AbortSignal.timeout(30_000),
    workDir: '',
    report: () => {},
    keepThumbnail: () => Promise.resolve(),
    draft: () => {},
    parts: { read: async () => new Map(), keep: async () => {} },
    ...changes,
  };
}
