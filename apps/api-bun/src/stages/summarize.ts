import type { Summarizer } from '../summarization/summarizer.ts';
import { startPace } from './pace.ts';
import type { Stage, SummarizeInput, SummarizeOutput } from './stage.ts';

/** A note out of the words. @throws {DestilaError} what the summarizer's model fails with; an extract never fails. */
export function createSummarizeStage(summarizer: Summarizer): Stage<SummarizeInput, SummarizeOutput> {
  return {
    async run(context, { download, transcript }) {
      const { id, url, custom_prompt, output_language } = context.job;
      const pace = startPace('parts');
      const { title, markdown, key_points, tags, chapters, language } = await summarizer.summarize({
        job: { id, url },
        source: {
          title: download.title,
          chapters: download.chapters,
          segments: transcript.segments,
          language: transcript.language,
        },
        prompt: custom_prompt || null,
        outputLanguage: output_language,
        signal: context.signal,
        onProgress: (done, total) => context.report('writing_summary', pace(done, total)),
      });
      return {
        title,
        markdown,
        key_points,
        tags,
        chapters: chapters.map(({ title, start, end }) => ({ title, start, end })),
        language,
        summarized_by: summarizer.name,
      };
    },
  };
}
