import type { JobDetail, UnfinishedSave } from '@destila/contracts';
import { Clock, LoaderCircle, TriangleAlert } from 'lucide-react';
import { codeText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useNow } from '../../lib/now.ts';
import { Button } from '../../ui/Button.tsx';
import { retryMoment } from '../jobs/job-words.ts';

interface SaveNoticeProps {
  job: JobDetail;
  /** Asks what becomes of the changes that somebody made where the note was saved. */
  onChoose: () => void;
}

/** That a save goes on without the person, or why it could not be made. Announced, but for the time that counts down. */
export function SaveNotice({ job: { unfinished_save: save }, onChoose }: SaveNoticeProps) {
  const words = useMessages().changedPage;
  const canChoose = save?.state === 'failed' && save.error_code === 'page_changed';
  return (
    <div className={`flex gap-1.5 text-sm text-muted ${save ? 'mt-2' : ''}`}>
      {save && <Icon save={save} />}
      <p>
        <span aria-live="polite">{save && <News save={save} />}</span>{' '}
        {save?.next_try_at && <NextTry at={save.next_try_at} />}
      </p>
      {canChoose && (
        <Button look="quiet" className="-my-2" onClick={onChoose}>
          {words.choose}
        </Button>
      )}
    </div>
  );
}

function Icon({ save }: { save: UnfinishedSave }) {
  const look = 'mt-0.5 size-4 shrink-0';
  if (save.state === 'failed') return <TriangleAlert className={`${look} text-danger`} aria-hidden="true" />;
  if (save.next_try_at) return <Clock className={look} aria-hidden="true" />;
  return <LoaderCircle className={`${look} animate-spin`} aria-hidden="true" />;
}

function News({ save }: { save: UnfinishedSave }) {
  const words = useMessages();
  const reason = codeText(save.error_code ?? '', useLanguage());
  if (save.state === 'pending') {
    return (
      <>
        <span className="text-ink">{words.editor.saving}</span> {reason?.message}
      </>
    );
  }
  return (
    <>
      <span className="text-danger">{words.history.save_failed}.</span> {reason?.message ?? words.app.unknownError}{' '}
      {reason?.hint ?? words.app.tryAgain}
    </>
  );
}

function NextTry({ at }: { at: string }) {
  const moment = retryMoment(at, useLanguage(), useNow(1000));
  return moment && <span className="tabular-nums">{moment}.</span>;
}
