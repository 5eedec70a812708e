import type { StageName } from '@destila/contracts';
import type { Stages } from '../../apps/api-bun/src/application/pipeline.ts';
import type { StageContext } from '../../apps/api-bun/src/stages/stage.ts';

/** Stages that take as long as `work` does and find out the least there is. */
export function scriptedStages(work: (context: StageContext, stage: StageName) => unknown): Stages {
  const after =
    <Output>(stage: StageName, output: Output) =>
    async (context: StageContext) => {
      await work(context, stage);
      return output;
    };
  const found = { title: 'Title', language: 'en', published: null, chapters: [] };
  return {
    downloading: { run: after('downloading', { ...found, channel: null, duration: 9, captions: null }) },
    transcribing: {
      run: after('transcribing', {
        segments: [{ id: 0, start: 0, end: 9, text: 'Words.' }],
        language: 'en',
        origin: 'captions' as const,
      }),
    },
    summarizing: {
      run: after('summarizing', {
        ...found,
        markdown: '# Title\n',
        key_points: [],
        tags: [],
        summarized_by: 'extractive',
        facts: null,
      }),
    },
  };
}
