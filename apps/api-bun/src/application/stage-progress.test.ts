import { expect, test } from 'bun:test';
import { JOB_STEPS, STAGE_PROGRESS, STAGES } from '@destila/contracts';
import { stageProgress } from './stage-progress.ts';

const half = { unit: 'seconds', done: 50, total: 100, eta_seconds: null } as const;
const whole = { ...half, done: 100 };

test('what goes before the long work of a stage leaves the bar room for it', () => {
  expect(stageProgress('transcribing', 'fetching_model', whole)).toBe(30);
  expect(stageProgress('transcribing', 'finding_pauses', whole)).toBe(33);
  expect(stageProgress('transcribing', 'transcribing_audio', half)).toBe(46);
  expect(stageProgress('transcribing', 'transcribing_audio', whole)).toBe(60);
  expect(stageProgress('downloading', 'fetching_audio', whole)).toBe(26);
  expect(stageProgress('downloading', 'extracting_audio', whole)).toBe(30);
});

test('no step leaves its stage, whatever is reported', () => {
  for (const stage of STAGES) {
    const [first, last] = STAGE_PROGRESS[stage];
    for (const step of JOB_STEPS) {
      for (const detail of [undefined, half, whole, { ...whole, done: 900 }, { ...whole, total: null }]) {
        const progress = stageProgress(stage, step, detail);
        expect(progress).toBeGreaterThanOrEqual(first);
        expect(progress).toBeLessThanOrEqual(last);
      }
    }
  }
});
