import { type JobStep, type ProgressDetail, STAGE_PROGRESS, type StageName } from '@destila/contracts';

/**
 * The part of its stage that a step passes through; one that is not named stands at the stage's beginning. Were each to fill
 * the stage, the bar would be full before the work that takes long has begun.
 */
const SPANS: Record<StageName, Partial<Record<JobStep, readonly [from: number, to: number]>>> = {
  downloading: { fetching_media: [0, 0.8], fetching_audio: [0, 0.8], extracting_audio: [0.8, 1] },
  transcribing: { finding_pauses: [0, 0.1], transcribing_audio: [0.1, 1] },
  summarizing: { writing_summary: [0, 1] },
};

/** Where a job stands in all, in whole per cent, when a step of its stage is so far done. */
export function stageProgress(stage: StageName, step: JobStep, detail: ProgressDetail | undefined): number {
  const [from, to] = SPANS[stage][step] ?? [0, 0];
  const share = detail?.total ? Math.min(1, detail.done / detail.total) : 0;
  const [first, last] = STAGE_PROGRESS[stage];
  return Math.floor(first + (last - first) * (from + (to - from) * share));
}
