import { FileVideo, RotateCw, Upload, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { fileSize, percent } from '../../lib/format.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button, buttonStyle, IconButton } from '../../ui/Button.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { refusalOf } from './refused-file.ts';
import { existingJob } from './useEnqueue.ts';
import type { UploadItem, useUploads } from './useUploads.ts';

export function Uploads({ uploads }: { uploads: ReturnType<typeof useUploads> }) {
  if (uploads.items.length === 0) return null;
  return (
    <ul className="card mt-3 divide-y divide-line">
      {uploads.items.map((item) => (
        <UploadRow
          key={item.id}
          item={item}
          limit={uploads.limit}
          onStop={() => uploads.stop(item)}
          onRetry={(force) => uploads.retry(item, force)}
        />
      ))}
    </ul>
  );
}

interface UploadRowProps {
  item: UploadItem;
  /** Bytes. */
  limit: number | undefined;
  onStop: () => void;
  onRetry: (force: boolean) => void;
}

function UploadRow({ item, limit, onStop, onRetry }: UploadRowProps) {
  const language = useLanguage();
  const words = useMessages();
  const problem = item.error ? errorText(item.error, language) : null;
  const share = item.share ?? 0;
  const sending = share >= 1 ? words.dashboard.uploadReceived : words.dashboard.uploading(percent(share, language));
  const progress = item.share === null ? words.dashboard.uploadWaiting : sending;
  const existing = existingJob(item.error);
  const tooLarge = limit !== undefined && item.file.size > limit;
  const canRetry = problem !== null && !refusalOf(item.file, limit);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 text-sm">
      <FileVideo className="size-5 shrink-0 text-faint" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-40">
        <p className="truncate font-medium">{item.file.name}</p>
        {problem ? (
          <p role="alert" className={existing ? '' : 'text-danger'}>
            {problem.message}{' '}
            <span className="text-muted">
              {tooLarge
                ? words.dashboard.uploadTooLarge(fileSize(item.file.size, language), fileSize(limit, language))
                : problem.hint}
            </span>
          </p>
        ) : (
          <>
            <p className="text-muted tabular-nums">{progress}</p>
            <ProgressBar
              className="mt-1.5 h-1 rounded-full bg-sunken"
              label={item.file.name}
              value={Math.round(share * 100)}
              text={progress}
            />
          </>
        )}
      </div>
      <NextStep existing={existing} canRetry={canRetry} onRetry={onRetry} />
      <IconButton
        icon={X}
        label={problem ? words.dashboard.dismiss : words.dashboard.stopUpload(item.file.name)}
        onClick={onStop}
      />
    </li>
  );
}

interface NextStepProps {
  /** The job that is there already. */
  existing: string | undefined;
  canRetry: boolean;
  onRetry: (force: boolean) => void;
}

/** What can be done about a file that was not taken; on a phone below it. */
function NextStep({ existing, canRetry, onRetry }: NextStepProps) {
  const words = useMessages();
  if (!canRetry) return null;
  return (
    <div className="flex gap-2 max-sm:order-last max-sm:w-full max-sm:pl-8">
      {existing ? (
        <>
          <a href={`/jobs/${existing}`} className={buttonStyle('secondary')}>
            {words.dashboard.openExisting}
          </a>
          <Button look="quiet" onClick={() => onRetry(true)}>
            {words.dashboard.processAgain}
          </Button>
        </>
      ) : (
        <Button icon={RotateCw} onClick={() => onRetry(false)}>
          {words.app.retry}
        </Button>
      )}
    </div>
  );
}

/** The whole page takes files dragged onto it. */
export function DropZone({ onFiles }: { onFiles: (files: File[]) => void }) {
  const words = useMessages().dashboard;
  const over = useFileDrop(onFiles);
  if (!over) return null;
  return (
    <div className="pointer-events-none fixed inset-0 z-30 flex items-center justify-center bg-page/80 p-6 backdrop-blur-sm">
      <div className="flex w-full max-w-lg flex-col items-center rounded-2xl border-2 border-dashed border-accent bg-surface p-12 text-center">
        <Upload className="mb-3 size-6 text-accent" aria-hidden="true" />
        <p className="font-medium">{words.drop}</p>
        <p className="text-sm text-muted">{words.dropHint}</p>
      </div>
    </div>
  );
}

/** True while files are held over the page. `dragleave` also comes when crossing from one element to another: hence the count. */
function useFileDrop(onFiles: (files: File[]) => void): boolean {
  const [depth, setDepth] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const on = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', handle: (files: File[]) => void) => {
      const listener = (event: DragEvent) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        handle([...event.dataTransfer.files]);
      };
      document.addEventListener(type, listener, controller);
    };
    on('dragenter', () => setDepth((now) => now + 1));
    on('dragleave', () => setDepth((now) => Math.max(0, now - 1)));
    on('dragover', () => {});
    on('drop', (files) => {
      setDepth(0);
      onFiles(files);
    });
    return () => controller.abort();
  }, [onFiles]);
  return depth > 0;
}
