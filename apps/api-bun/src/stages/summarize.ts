import type { ProcessingJob } from '@destila/contracts';
import type { Summarizer } from '../summarization/summarizer.ts';
import type { Template } from '../summarization/templates.ts';
import { startPace } from './pace.ts';
import type { SummarizeStage } from './stage.ts';

/** Whatever writes a job's summary: the person chooses. @throws {DestilaError} `llm_not_configured`, `secret_unreadable` */
export type SummarizerFor = (job: Pick<ProcessingJob, 'user_id' | 'options'>) => Promise<Summarizer>;

export interface SummarizeDependencies {
  summarizerFor: SummarizerFor;
  /** Null for none. */
  templateFor(job: Pick<ProcessingJob, 'user_id' | 'options'>): Promise<Template | null>;
  /** The tags of the person's other notes, the most used first. */
  knownTagsFor(job: Pick<ProcessingJob, 'id' | 'user_id'>): Promise<string[]>;
}

/** A note out of the words. @throws {DestilaError} what `SummarizerFor` and its model fail with; `no_speech` */
export function createSummarizeStage(dependencies: SummarizeDependencies): SummarizeStage {
  return {
    async run(context, { download, transcript }) {
      const { job, signal, parts } = context;
      const [summarizer, template, knownTags] = await Promise.all([
        dependencies.summarizerFor(job),
        dependencies.templateFor(job),
        dependencies.knownTagsFor(job),
      ]);
      const pace = startPace('parts');
      const { title, markdown, key_points, tags, language, summarized_by, facts } = await summarizer.summarize({
        job: { id: job.id, url: job.url },
        source: {
          title: download.title,
          chapters: download.chapters,
          segments: transcript.segments,
          language: transcript.language,
        },
        prompt: job.custom_prompt || null,
        template,
        outputLanguage: job.output_language,
        knownTags,
        signal,
        parts,
        onProgress: (done, total) => context.report('writing_summary', pace(done, total)),
        onDraft: context.draft,
      });
      return {
        title,
        markdown,
        key_points,
        tags,
        language,
        summarized_by,
        facts,
      };
    },
  };
}
