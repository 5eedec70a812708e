import type { EditSettingsRequest, IndexAfterSave } from '@destila/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api } from '../../lib/api.ts';
import { errorText, type Messages, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { outsideReader, readerName } from '../models/index-reader.ts';
import { settingsQuery } from '../settings/settings-query.ts';

interface IndexDialogProps {
  open: boolean;
  onClose: () => void;
  onIndex: () => void;
}

/** Asked after a note is saved, until the person says "always" or "never". */
export function IndexDialog({ open, onClose, onIndex }: IndexDialogProps) {
  const words = useMessages().indexDialog;
  const language = useLanguage();
  const client = useQueryClient();
  const settings = useQuery(settingsQuery).data;
  const reader = settings ? outsideReader(settings) : null;
  const remember = useMutation({
    mutationFn: (edit: EditSettingsRequest) => api.editSettings(edit),
    onSuccess: (settings) => client.setQueryData(settingsQuery.queryKey, settings),
    // Else the person would believe that it is settled.
    onError: (error) => {
      const { message, hint } = errorText(error, language);
      toast.error(message, { description: hint });
    },
  });
  const answer = (index: boolean, lasting?: IndexAfterSave) => () => {
    const edit = {
      ...(lasting && { index_after_save: lasting }),
      ...(index && reader && !reader.isAgreed && { index_reader: reader.host }),
    };
    const goOn = () => index && onIndex();
    if (Object.keys(edit).length > 0) remember.mutate(edit, { onSettled: goOn });
    else goOn();
    onClose();
  };
  const who = reader ? words.isSentTo(readerName(reader.host)) : whoReadsHere(settings?.embeddings ?? null, words);
  return (
    <Dialog open={open} onClose={onClose} title={words.title} text={`${words.text} ${who}`}>
      <div className="mt-6 flex flex-wrap gap-2">
        <Button look="primary" className="flex-1" onClick={answer(true)}>
          {words.yes}
        </Button>
        <Button className="flex-1" onClick={answer(false)}>
          {words.no}
        </Button>
      </div>
      <div className="mt-4 flex flex-wrap items-center gap-1 border-t border-line pt-3 text-sm text-faint">
        <span className="mr-auto">{words.remember}</span>
        <Button look="quiet" onClick={answer(true, 'always')}>
          {words.always}
        </Button>
        <Button look="quiet" onClick={answer(false, 'never')}>
          {words.never}
        </Button>
      </div>
    </Dialog>
  );
}

/** Who gets to see the note for it: that is what the person agrees to. */
function whoReadsHere(embeddings: string | null, words: Messages['indexDialog']): string {
  switch (embeddings?.split(':')[0]) {
    case 'ollama':
      return words.isSentTo(words.onThisMachine);
    case 'openai-compatible':
      return words.isSentTo(words.compatibleServer);
    default:
      return words.staysHere;
  }
}
