import type { JobDetail, Operation } from '@destila/contracts';
import { codeText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useIndexing } from './useIndexing.ts';
import { useOperation } from './useVersions.ts';

/** That search finds the note, and how far a model has come with reading it. */
export function Findable({ job }: { job: JobDetail }) {
  const words = useMessages();
  const operation = useOperation(job, 'index');
  return (
    <>
      {' · '}
      {words.job.indexed}
      {isOutdated(job) && `, ${words.editor.indexedBefore}`}
      {operation?.status === 'waiting' && <Progress operation={operation} />}
      {operation?.status === 'failed' && <Failure job={job} operation={operation} />}
    </>
  );
}

/** Whether the note was edited since search knows it. */
export function isOutdated({ indexed_at, indexed_version, version }: JobDetail): boolean {
  return indexed_at !== null && indexed_version !== version;
}

function Progress({ operation: { progress_detail: progress } }: { operation: Operation }) {
  const words = useMessages().editor;
  const text = progress?.total ? words.indexingOf(progress.done, progress.total) : words.indexing;
  return (
    <span role="status" className="tabular-nums">
      {', '}
      {text}
    </span>
  );
}

function Failure({ job, operation }: { job: JobDetail; operation: Operation }) {
  const words = useMessages();
  const language = useLanguage();
  const { index } = useIndexing(job.id);
  const why = operation.error_code === null ? null : codeText(operation.error_code, language);
  return (
    <span role="alert" className="block text-danger">
      {words.editor.indexingFailed} {why && `${why.message} ${why.hint}`}{' '}
      <button type="button" className="font-medium underline" disabled={index.isPending} onClick={() => index.mutate()}>
        {words.app.retry}
      </button>
    </span>
  );
}
