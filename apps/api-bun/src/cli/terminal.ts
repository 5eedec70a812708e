import { basename } from 'node:path';
import {
  DestilaError,
  ERRORS,
  isErrorCode,
  type JobListItem,
  type JobStep,
  type ProcessingJob,
  type ProgressDetail,
} from '@destila/contracts';
import { addUpload } from '../application/add-upload.ts';
import { enqueueJob } from '../application/enqueue-job.ts';
import type { JobProgress } from '../application/job-events.ts';
import { ownJob } from '../application/own-job.ts';
import type { Services } from '../application/services.ts';
import { type TerminalLanguage, WORDS } from './words.ts';

type Shown = Pick<JobListItem, 'status' | 'progress' | 'current_step' | 'progress_detail'>;

/** Characters of a progress bar. */
const BAR = 24;
const LONGEST_TITLE = 36;

export interface Screen {
  isTTY: boolean;
  columns: number;
  write(text: string): void;
}

/**
 * Queues what was named on the command line and shows how it gets on until all of it has ended: a bar a job on a terminal,
 * plain lines in a pipe. A ready summary is printed with its editor's link. Resolves with how many jobs did not get ready.
 */
export async function processInTerminal(
  services: Services,
  userId: string,
  sources: readonly string[],
  screen: Screen,
  language: TerminalLanguage,
): Promise<number> {
  const show = screen.isTTY ? new Bars(screen, language) : new Lines(screen, language);
  const pending = new Map<string, () => void>();
  let failures = 0;

  async function update(jobId: string): Promise<void> {
    const settle = pending.get(jobId);
    if (!settle) return;
    const job = await ownJob(services, userId, jobId).catch(nullWhenDeleted);
    if (job) show.move(jobId, titleOf(job), job);
    if ((job && !hasEnded(job)) || !pending.delete(jobId)) return;
    if (!job || job.status === 'failed' || job.status === 'cancelled') failures += 1;
    show.end(jobId, job ? outcome(job, services.publicUrl, language) : `✗ ${explain('not_found', language)}`);
    settle();
  }

  const stops = [
    services.events.onChanged((jobId) => void update(jobId).catch((error) => services.logger.error({ err: error }))),
    services.events.onProgressed((progress: JobProgress) => {
      if (pending.has(progress.id)) show.move(progress.id, null, progress);
    }),
  ];
  try {
    const ends = sources.map(async (source) => {
      const job = await enqueueSource(services, userId, source).catch((error: unknown) => {
        failures += 1;
        show.say(`${source}: ${explain(error, language)}`);
        return null;
      });
      if (!job) return;
      const ended = new Promise<void>((resolve) => pending.set(job.id, resolve));
      await update(job.id);
      await ended;
    });
    await Promise.all(ends);
    return failures;
  } finally {
    for (const stop of stops) stop();
  }
}

/** A source that is in the library already is not processed again, but shown as it stands. */
async function enqueueSource(services: Services, userId: string, source: string): Promise<ProcessingJob> {
  try {
    if (/^[a-z][a-z\d+.-]+:/i.test(source)) return await enqueueJob(services, userId, { url: source });
    const file = Bun.file(source);
    if (!(await file.exists())) throw new DestilaError('file_not_found');
    return await addUpload(services, userId, { filename: basename(source), body: file.stream() });
  } catch (error) {
    const existing = error instanceof DestilaError ? error.extra.job_id : undefined;
    if (existing) return ownJob(services, userId, existing);
    throw error;
  }
}

function nullWhenDeleted(error: unknown): null {
  if (error instanceof DestilaError && error.code === 'not_found') return null;
  throw error;
}

function outcome(job: ProcessingJob, publicUrl: string, language: TerminalLanguage): string {
  const words = WORDS[language];
  const link = new URL(`/jobs/${job.id}`, publicUrl).toString();
  if (job.status === 'failed') return `✗ ${titleOf(job)}\n  ${explain(job.error_code, language)}\n  ${link}`;
  if (job.status === 'cancelled') return `✗ ${titleOf(job)}\n  ${words.status.cancelled}\n  ${link}`;
  return `\n# ${titleOf(job)}\n\n${plainMoments(job.summary_markdown ?? '')}\n\n✓ ${words.ready}: ${link}\n`;
}

/** Timestamps without their links, which a terminal cannot open. */
function plainMoments(markdown: string): string {
  return markdown.replace(/\[(\d[\d:]*)\]\([^)]*\)/g, '$1').trim();
}

function explain(error: unknown, language: TerminalLanguage): string {
  const code = error instanceof DestilaError ? error.code : String(error);
  return ERRORS[isErrorCode(code) ? code : 'internal_error'][language].join(' ');
}

function hasEnded({ status }: Shown): boolean {
  return status === 'ready' || status === 'saved' || status === 'failed' || status === 'cancelled';
}

function titleOf(job: Pick<JobListItem, 'video_title' | 'url'>): string {
  return job.video_title ?? job.url;
}

function sentence(job: Shown, language: TerminalLanguage): string {
  const words = WORDS[language];
  const step = job.current_step ? words.step[job.current_step satisfies JobStep] : words.status[job.status];
  return [step, job.progress_detail && eta(job.progress_detail, language)].filter(Boolean).join(', ');
}

function eta({ eta_seconds }: ProgressDetail, language: TerminalLanguage): string | null {
  if (eta_seconds === null || eta_seconds < 1) return null;
  const minutes = Math.round(eta_seconds / 60);
  return WORDS[language].left(eta_seconds < 90 ? `${Math.round(eta_seconds)} s` : `${minutes} min`);
}

/** In a pipe: a line whenever a job begins something else. */
class Lines {
  readonly #titles = new Map<string, string>();
  readonly #last = new Map<string, string>();

  constructor(
    private readonly screen: Screen,
    private readonly language: TerminalLanguage,
  ) {}

  move(jobId: string, title: string | null, job: Shown): void {
    if (title) this.#titles.set(jobId, title);
    const step = `${job.status} ${job.current_step}`;
    if (this.#last.get(jobId) === step || hasEnded(job)) return;
    this.#last.set(jobId, step);
    this.say(
      `${String(job.progress).padStart(3)} %  ${sentence({ ...job, progress_detail: null }, this.language)}  ${this.#titles.get(jobId)}`,
    );
  }

  end(_jobId: string, text: string): void {
    this.say(text);
  }

  say(text: string): void {
    this.screen.write(`${text}\n`);
  }
}

/** On a terminal: a bar a job, redrawn in place below what has been said. */
class Bars {
  readonly #rows = new Map<string, { title: string; job: Shown }>();
  #drawn = 0;

  constructor(
    private readonly screen: Screen,
    private readonly language: TerminalLanguage,
  ) {}

  move(jobId: string, title: string | null, job: Shown): void {
    this.#rows.set(jobId, { title: title ?? this.#rows.get(jobId)?.title ?? jobId, job });
    this.#redraw('');
  }

  end(jobId: string, text: string): void {
    this.#rows.delete(jobId);
    this.say(text);
  }

  say(text: string): void {
    this.#redraw(`${text}\n`);
  }

  #redraw(above: string): void {
    const rows = [...this.#rows.values()].map((row) => `${this.#row(row)}\n`);
    const goBack = this.#drawn > 0 ? `\x1b[${this.#drawn}A\x1b[J` : '';
    this.screen.write(goBack + above + rows.join(''));
    this.#drawn = rows.length;
  }

  #row({ title, job }: { title: string; job: Shown }): string {
    const filled = Math.round((job.progress / 100) * BAR);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
    const name = [...title].slice(0, LONGEST_TITLE).join('');
    const row = `${bar} ${String(job.progress).padStart(3)} %  ${name}  ${sentence(job, this.language)}`;
    return [...row].slice(0, this.screen.columns - 1).join('');
  }
}
