import type { NotionConnection } from '@destila/contracts';
import { useState } from 'react';
import { toast } from 'sonner';
import { dateAndTime } from '../../lib/format.ts';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { NotionTokenForm } from './NotionTokenForm.tsx';
import { useDisconnectNotion } from './useNotion.ts';

interface NotionTokenRowProps {
  connection: NotionConnection;
  onDisconnected: () => void;
}

/** By whose token Notion is reached; another can be pasted in its place. */
export function NotionTokenRow({ connection, onDisconnected }: NotionTokenRowProps) {
  const words = useMessages().notion;
  const language = useLanguage();
  const [isPasting, setIsPasting] = useState(false);
  const [hasPasted, setHasPasted] = useState(false);
  const [isLeaving, setIsLeaving] = useState(false);
  const { token, token_since, keeps_tokens } = connection;
  const isOwn = token === 'own';
  const since = token_since && dateAndTime(Date.parse(token_since), language);
  const stop = () => {
    setIsPasting(false);
    setHasPasted(true);
  };
  const replaced = () => {
    stop();
    toast.success(words.tokenReplaced);
  };
  if (isPasting) return <NotionTokenForm onConnected={replaced} onCancel={stop} />;
  return (
    <div className="flex min-h-13 flex-wrap items-center justify-between gap-x-6 gap-y-2 py-2.5 pr-0.5 pl-4 text-sm">
      <div className="min-w-0 flex-1 basis-48">
        {words.connection}
        <p className="text-xs text-muted">{isOwn ? since && words.tokenSince(since) : words.ofInstallation}</p>
      </div>
      <span className="flex flex-wrap max-sm:-ml-3.5">
        {keeps_tokens && (
          <Button look="quiet" autoFocus={hasPasted} onClick={() => setIsPasting(true)}>
            {isOwn ? words.replaceToken : words.ownToken}
          </Button>
        )}
        {isOwn && (
          <Button look="quiet" onClick={() => setIsLeaving(true)}>
            {words.disconnect}
          </Button>
        )}
      </span>
      <DisconnectDialog
        open={isLeaving}
        hasInstallation={connection.has_installation}
        onClose={() => setIsLeaving(false)}
        onDisconnected={onDisconnected}
      />
    </div>
  );
}

interface DisconnectDialogProps {
  open: boolean;
  hasInstallation: boolean;
  onClose: () => void;
  onDisconnected: () => void;
}

function DisconnectDialog({ open, hasInstallation, onClose, onDisconnected }: DisconnectDialogProps) {
  const words = useMessages();
  const disconnect = useDisconnectNotion(() => {
    toast(words.notion.disconnected);
    onClose();
    onDisconnected();
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={words.notion.disconnectTitle}
      text={words.notion.disconnectText(hasInstallation)}
    >
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{words.app.cancel}</Button>
        <Button look="primary" disabled={disconnect.isPending} onClick={() => disconnect.mutate()}>
          {words.notion.disconnect}
        </Button>
      </div>
    </Dialog>
  );
}
