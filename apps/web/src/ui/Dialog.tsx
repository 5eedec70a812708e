import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { useMessages } from '../lib/i18n/index.ts';
import { IconButton } from './Button.tsx';

interface DialogProps {
  title: string;
  text?: string;
  open: boolean;
  /** Absent: the dialog wants an answer, and cannot be closed without one. */
  onClose?: () => void;
  /** `wide` and `full` have room for what scrolls by itself; they are of one height, so that nothing jumps while it is read. */
  size?: keyof typeof SIZES;
  children: ReactNode;
}

const SIZES = {
  narrow: 'w-[calc(100vw-2rem)] max-w-md p-6',
  wide: 'flex h-[min(46rem,90dvh)] w-[calc(100vw-1rem)] max-w-2xl flex-col p-4 sm:w-[calc(100vw-2rem)] sm:p-6',
  full: 'flex h-[90dvh] w-[calc(100vw-1rem)] max-w-6xl flex-col p-4 sm:w-[calc(100vw-2rem)] sm:p-6',
};

/** Handlers of a dialog that no button of Radix' own opens: the focus goes back to where it was, and so does the caret of an editor. */
export function useReturnedFocus() {
  const before = useRef<{ element: Element | null; caret: Range | null }>(null);
  return {
    onOpenAutoFocus: () => {
      const selection = document.getSelection();
      const caret = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
      before.current = { element: document.activeElement, caret };
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      const { element, caret } = before.current ?? {};
      if (!(element instanceof HTMLElement)) return;
      element.focus({ preventScroll: true });
      if (!(caret && element.isContentEditable)) return;
      document.getSelection()?.removeAllRanges();
      document.getSelection()?.addRange(caret);
    },
  };
}

export function Dialog({ title, text, open, onClose, size = 'narrow', children }: DialogProps) {
  const words = useMessages();
  const returnedFocus = useReturnedFocus();
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose?.()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-[fade_120ms] bg-black/40 dark:bg-black/60" />
        <Radix.Content
          {...(text ? {} : { 'aria-describedby': undefined })}
          {...returnedFocus}
          className={`popup fixed top-1/2 left-1/2 z-50 max-h-[90dvh] -translate-1/2 animate-[fade_120ms] overflow-y-auto focus:outline-none ${SIZES[size]}`}
        >
          <Radix.Title className="pr-8 text-lg font-semibold tracking-tight text-balance">{title}</Radix.Title>
          {text && <Radix.Description className="mt-2 text-sm text-muted">{text}</Radix.Description>}
          {children}
          {/* Last, so that the dialog opens with the focus on its own first control. */}
          {onClose && (
            <Radix.Close asChild>
              <IconButton icon={X} label={words.app.close} className="absolute top-4 right-4" />
            </Radix.Close>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
