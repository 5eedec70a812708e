import {
  isUpload,
  type JobListItem,
  type JobStep,
  type Operation,
  type ProgressDetail,
  UPLOAD_SCHEME,
} from '@destila/contracts';
import { asClause, clock, dateAndTime, megabytes, percent, roughly, siteOf, timeOfDay } from '../../lib/format.ts';
import { codeText, type Language, MESSAGES } from '../../lib/i18n/index.ts';

/** What the person calls this job: its title, the uploaded file's name, or its address. */
export function jobName(job: Pick<JobListItem, 'video_title' | 'url'>, language: Language): string {
  if (job.video_title) return job.video_title;
  if (!isUpload(job.url)) return job.url;
  const name = job.url.slice(job.url.indexOf('/', UPLOAD_SCHEME.length) + 1);
  return decoded(name) || MESSAGES[language].job.untitled;
}

/** Where the video comes from, in two words: `youtube.com`, `Archivo subido`. */
export function jobSource(job: Pick<JobListItem, 'url'>, language: Language): string {
  return isUpload(job.url) ? MESSAGES[language].job.upload : (siteOf(job.url) ?? job.url);
}

/** The status as the design's table names it. A job in a middle stage that nobody holds waits for that stage. */
export function statusLabel(job: JobListItem, language: Language): string {
  const { status } = MESSAGES[language];
  switch (job.status) {
    case 'downloading':
      return job.held ? status.downloading : status.waitingDownload;
    case 'transcribing':
      return job.held ? status.transcribing : status.waitingTranscription;
    case 'summarizing':
      return job.held ? status.summarizing : status.waitingSummary;
    case 'saved': {
      const saved = { notion: status.savedNotion, markdown: status.savedMarkdown, none: status.saved };
      return saved[job.saved_to ?? 'none'] + (isEditedSinceSaved(job) ? status.savedBefore : '');
    }
    default:
      return status[job.status];
  }
}

/**
 * What is happening to the job at this moment, in a sentence: `Descargando audio 34 %, 12 s`.
 * `now` is in milliseconds; it tells how long a retry still waits. `queuePaused`: nothing new begins.
 */
export function activity(job: JobListItem, language: Language, now: number, queuePaused = false): string {
  const { status } = MESSAGES[language];
  if (!isUnfinished(job)) return unfinishedSave(job, language) ?? statusLabel(job, language);
  if (!job.held && queuePaused) return status.paused;
  if (!job.held) return awaitedRetry(job, language, now) ?? statusLabel(job, language);
  if (!job.current_step) return job.status === 'pending' ? status.starting : statusLabel(job, language);
  return stepSentence(job.current_step, job.progress_detail, language);
}

/** What is happening to a summary that is written anew: `Escribiendo el resumen, parte 2 de 5`. `now` is in milliseconds. */
export function operationActivity(operation: Operation, language: Language, now: number): string {
  if (operation.held) return stepSentence('writing_summary', operation.progress_detail, language);
  const retry = awaitedRetry({ ...operation, error_message: null }, language, now);
  return retry ?? MESSAGES[language].status.waitingSummary;
}

/** Why a failed job failed and what to do next, in the person's language. */
export function failure(job: JobListItem, language: Language): { message: string; hint: string } | null {
  if (job.status !== 'failed') return null;
  const known = job.error_code ? codeText(job.error_code, language) : null;
  const { unknownError, tryAgain } = MESSAGES[language].app;
  return known ?? { message: job.error_message ?? unknownError, hint: tryAgain };
}

/** `Guardando…`, or `No se pudo guardar. Notion rechazó la clave.`; null when nothing is to be said of it. */
function unfinishedSave({ unfinished_save: save }: JobListItem, language: Language): string | null {
  if (!save) return null;
  const { editor, history } = MESSAGES[language];
  if (save.state === 'pending') return editor.saving;
  return `${history.save_failed}. ${codeText(save.error_code ?? '', language)?.message ?? ''}`.trim();
}

/** `Reintento a las 14:05 (el servicio pide ir más despacio)`; null for a job that waits for nothing but its turn. */
function awaitedRetry(
  job: Pick<JobListItem, 'run_at' | 'error_code' | 'error_message'>,
  language: Language,
  now: number,
): string | null {
  const moment = retryMoment(job.run_at, language, now);
  if (job.error_code === null || moment === null) return null;
  const reason = codeText(job.error_code, language)?.message ?? job.error_message;
  return `${moment}${reason ? ` (${asClause(reason)})` : ''}`;
}

/**
 * `Reintento a las 14:05`; null for what is due. A short wait counts down; a time of day is enough for as long as it can mean
 * but one. `now` is in milliseconds.
 */
export function retryMoment(at: string, language: Language, now: number): string | null {
  const { status } = MESSAGES[language];
  const moment = Date.parse(at);
  const wait = (moment - now) / 1000;
  if (wait <= 1) return null;
  if (wait < 90) return status.retryIn(roughly(wait));
  if (wait < 20 * 3600) return status.retryAt(timeOfDay(moment, language));
  return status.retryOn(dateAndTime(moment, language));
}

export function isUnfinished(job: Pick<JobListItem, 'status'>): boolean {
  return ['pending', 'downloading', 'transcribing', 'summarizing'].includes(job.status);
}

/** Somebody is at work on the summary at this moment. */
export function isBeingWritten(job: Pick<JobListItem, 'status' | 'held'>): boolean {
  return job.status === 'summarizing' && job.held;
}

/** What was saved is not the note any more. */
export function isEditedSinceSaved({ status, saved_version, version }: JobListItem): boolean {
  return status === 'saved' && saved_version !== null && saved_version !== version;
}

export function isEditable(job: Pick<JobListItem, 'status'>): boolean {
  return job.status === 'ready' || job.status === 'saved';
}

function stepSentence(step: JobStep, detail: ProgressDetail | null, language: Language): string {
  const { step: words } = MESSAGES[language];
  const amount = detail ? amountDone(step, detail, language) : '';
  const eta = detail?.eta_seconds;
  const told = detail?.unit === 'bytes' ? words.downloadLeft : words.left;
  const left = eta !== null && eta !== undefined && eta >= 1 ? `, ${told(roughly(eta))}` : '';
  return `${words[step]}${amount && (detail?.unit === 'parts' ? ', ' : ' ')}${amount}${left}`;
}

/** Never more than the whole, whatever an engine reports. */
function amountDone(step: JobStep, { unit, done, total }: ProgressDetail, language: Language): string {
  const { step: words } = MESSAGES[language];
  const sofar = total === null ? done : Math.min(done, total);
  if (unit === 'parts') return total === null ? '' : words.part(Math.min(sofar + 1, total), total);
  if (unit === 'seconds' && step === 'transcribing_audio') {
    return total === null ? clock(sofar) : words.of(clock(sofar), clock(total));
  }
  if (total !== null) return percent(sofar / total, language);
  return unit === 'bytes' ? megabytes(sofar, language) : '';
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
