import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { IconButton } from '../../ui/Button.tsx';

interface NotionStepProps {
  label: string;
  /** The person came here by a control of the step before, which is gone: the focus follows. */
  hasMoved: boolean;
  children: ReactNode;
}

export function NotionStep({ label, hasMoved, children }: NotionStepProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of one form.
    <div
      role="group"
      aria-label={label}
      tabIndex={-1}
      ref={hasMoved ? focus : undefined}
      className="divide-y divide-line outline-none"
    >
      {children}
    </div>
  );
}

interface StepHeadingProps {
  title: string;
  /** Absent: there is nothing to go back to. */
  onBack?: (() => void) | undefined;
  children: ReactNode;
}

export function StepHeading({ title, onBack, children }: StepHeadingProps) {
  const words = useMessages().notion;
  return (
    <div className={`flex items-start gap-1 py-1.5 pr-4 ${onBack ? 'pl-2' : 'pl-4'}`}>
      {onBack && <IconButton icon={ArrowLeft} label={words.back} onClick={onBack} />}
      <div className="flex min-w-0 flex-1 flex-col gap-0.5 py-2 text-sm">
        <h3 className="font-medium wrap-anywhere">{title}</h3>
        {children}
      </div>
    </div>
  );
}

function focus(element: HTMLElement | null): void {
  element?.focus();
}
