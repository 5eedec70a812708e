import {
  DestilaError,
  MAX_PROMPT_LENGTH,
  type Operation,
  type ProcessingJob,
  type RegenerateRequest,
  regenerateRequestSchema,
} from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { readCheckpoint } from '../database/checkpoints.ts';
import type { Database } from '../database/database.ts';
import { findJob } from '../database/jobs.ts';
import { latestOperations } from '../database/operations.ts';
import { addRevision } from '../database/revisions.ts';
import { downloadOutputSchema, type SummarizeStage, transcribeOutputSchema } from '../stages/stage.ts';
import type { JobEvents } from './job-events.ts';
import type { OperationWork } from './operation-runner.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';
import { startDraft } from './summary-drafts.ts';
import { checkTemplate } from './templates.ts';

/**
 * Asks for a job's summary to be written anew. What comes of it is a revision; the note stays as it is.
 * @throws {DestilaError} `not_found`, `not_ready`, `prompt_too_long`, `unknown_template`, `already_regenerating`
 */
export async function regenerateJob(
  services: Services,
  userId: string,
  jobId: string,
  request: RegenerateRequest,
): Promise<Operation> {
  const job = await ownJob(services, userId, jobId);
  if ((request.prompt?.length ?? 0) > MAX_PROMPT_LENGTH) throw new DestilaError('prompt_too_long');
  await asUser(services.database, userId, (tx) => checkTemplate(tx, userId, request.template));
  const started = await services.operations.start(job, 'regenerate', request);
  if (!started) throw new DestilaError('not_ready');
  if (!started.created) throw new DestilaError('already_regenerating');
  return latestOperation(services, jobId, started.id);
}

/** @throws {DestilaError} `not_found`; `invalid_state` when it has ended */
export async function cancelOperation(
  services: Services,
  userId: string,
  jobId: string,
  operationId: string,
): Promise<Operation> {
  const operations = await listOperations(services, userId, jobId);
  if (!operations.some(({ id }) => id === operationId)) throw new DestilaError('not_found');
  const cancelled = await services.operations.cancel(operationId, { id: jobId, user_id: userId });
  if (!cancelled) throw new DestilaError('invalid_state');
  return latestOperation(services, jobId, operationId);
}

/** The latest of each kind. @throws {DestilaError} `not_found` */
export async function listOperations(services: Services, userId: string, jobId: string): Promise<Operation[]> {
  await ownJob(services, userId, jobId);
  return latestOperations(services.database, jobId);
}

async function latestOperation({ database }: Services, jobId: string, id: string): Promise<Operation> {
  const operation = (await latestOperations(database, jobId)).find((latest) => latest.id === id);
  if (!operation) throw new DestilaError('not_found');
  return operation;
}

interface Regeneration {
  database: Database;
  events: JobEvents;
  summarize: SummarizeStage;
}

/** The work of it: the stage that wrote the first summary, on the words that are there, with what is asked now. */
export function createRegeneration({ database, events, summarize }: Regeneration): OperationWork {
  return async ({ operation, signal, parts, report }) => {
    const job = await findJob(database, operation.job_id);
    if (!job) throw new DestilaError('not_found');
    using draft = startDraft(events, job);
    const written = await summarize.run(
      {
        job: asAsked(job, regenerateRequestSchema.parse(operation.input)),
        signal,
        parts,
        report: (_step, detail) => detail && report(detail),
        draft: draft.show,
      },
      {
        download: downloadOutputSchema.parse(await readCheckpoint(database, job.id, 'downloading')),
        transcript: transcribeOutputSchema.parse(await readCheckpoint(database, job.id, 'transcribing')),
      },
    );
    return async (tx) => {
      await addRevision(tx, job, 'regenerated', {
        video_title: written.title,
        summary_markdown: written.markdown,
        key_points: written.key_points,
        ai_tags: written.tags,
        summarized_by: written.summarized_by,
        summary_facts: written.facts,
      });
    };
  };
}

/** What is not asked for is as it was for the job. */
function asAsked(job: ProcessingJob, { prompt, template, model, output_language }: RegenerateRequest): ProcessingJob {
  return {
    ...job,
    custom_prompt: prompt === undefined ? job.custom_prompt : prompt || null,
    output_language: output_language === undefined ? job.output_language : output_language,
    options: {
      ...job.options,
      ...(template !== undefined && { template }),
      ...(model !== undefined && { model: model ?? undefined }),
    },
  };
}
