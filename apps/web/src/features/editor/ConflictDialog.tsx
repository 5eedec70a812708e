import { toast } from 'sonner';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import type { Draft } from './draft.ts';

/** The same thing was changed here and in another window: the person decides, and can take the decision back. */
export function ConflictDialog({ draft, open }: { draft: Draft; open: boolean }) {
  const words = useMessages();
  const settle = (keep: 'mine' | 'theirs', done: string) => () => {
    const undo = draft.settle(keep);
    toast(done, { duration: Number.POSITIVE_INFINITY, action: { label: words.app.undo, onClick: undo } });
  };
  return (
    <Dialog open={open} title={words.editor.conflictTitle} text={words.editor.conflictText}>
      <div className="mt-6 flex flex-wrap gap-2">
        <Button look="primary" className="flex-1" onClick={settle('mine', words.editor.mineKept)}>
          {words.editor.keepMine}
        </Button>
        <Button className="flex-1" onClick={settle('theirs', words.editor.theirsLoaded)}>
          {words.editor.loadTheirs}
        </Button>
      </div>
    </Dialog>
  );
}
