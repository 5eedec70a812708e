import type { OnConflict } from '@destila/contracts';
import { ExternalLink } from 'lucide-react';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';

interface ChangedPageDialogProps {
  open: boolean;
  /** Where the note was saved: an address, or the path of a file. */
  location: string | null;
  onClose: () => void;
  onChoose: (onConflict: OnConflict) => void;
}

/** Somebody changed the page, or the file, since it was saved: nothing of theirs is lost without the person's word. */
export function ChangedPageDialog({ open, location, onClose, onChoose }: ChangedPageDialogProps) {
  const words = useMessages().changedPage;
  const choose = (onConflict: OnConflict) => () => {
    onChoose(onConflict);
    onClose();
  };
  return (
    <Dialog open={open} onClose={onClose} title={words.title} text={words.text}>
      {location?.startsWith('https://') && (
        <a
          href={location}
          target="_blank"
          rel="noreferrer"
          className="mt-3 inline-flex items-center gap-1.5 text-sm underline"
        >
          <ExternalLink className="size-4" aria-hidden />
          {words.look}
        </a>
      )}
      <div className="mt-6 flex flex-wrap gap-2">
        <Button look="primary" className="flex-1" onClick={choose('append')}>
          {words.append}
        </Button>
        <Button className="flex-1" onClick={choose('overwrite')}>
          {words.overwrite}
        </Button>
        <Button look="quiet" className="flex-1" onClick={onClose}>
          {words.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
