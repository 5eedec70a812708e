import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

type Look = 'primary' | 'secondary' | 'quiet';

const LOOKS: Record<Look, string> = {
  primary: 'bg-primary text-on-primary hover:bg-primary-hover',
  secondary: 'border border-line-strong bg-surface hover:bg-hover',
  quiet: 'text-muted hover:bg-hover hover:text-ink',
};
const SHAPE =
  'inline-flex h-9 shrink-0 items-center justify-center gap-2 rounded-lg px-3.5 text-sm font-medium whitespace-nowrap transition-colors select-none disabled:pointer-events-none disabled:opacity-50';

export function buttonStyle(look: Look): string {
  return `${SHAPE} ${LOOKS[look]}`;
}

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
  icon?: LucideIcon;
}

export function Button({ look = 'secondary', icon: Icon, className = '', children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={`${buttonStyle(look)} ${className}`} {...rest}>
      {Icon && <Icon className="size-4" aria-hidden="true" />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<'button'> {
  icon: LucideIcon;
  /** The accessible name; `hint`, shorter, is what the pointer shows. */
  label: string;
  hint?: string;
}

export function IconButton({ icon: Icon, label, hint = label, className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={hint}
      className={`inline-flex size-9 shrink-0 items-center justify-center rounded-lg text-faint transition-colors hover:bg-hover hover:text-ink disabled:opacity-40 ${className}`}
      {...rest}
    >
      <Icon className="size-4" aria-hidden="true" />
    </button>
  );
}
