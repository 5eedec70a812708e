import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useRef, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { CategoryDot } from '../categories/CategoryDot.tsx';
import { useCategories } from '../categories/useCategories.ts';
import { CategoryPopup } from './CategoryPopup.tsx';

interface CategorySelectProps {
  value: string | null;
  suggested: string | null;
  onChange: (id: string | null) => void;
}

/** Chooses a category, takes the one that is suggested, or makes one on the way. */
export function CategorySelect({ value, suggested, onChange }: CategorySelectProps) {
  const words = useMessages().editor;
  const [open, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const categories = useCategories().data ?? [];
  const chosen = categories.find((category) => category.id === value);
  const likely = value === null ? categories.find((category) => category.id === suggested) : undefined;
  const choose = (id: string | null) => {
    onChange(id);
    setOpen(false);
  };
  const accept = (id: string) => {
    onChange(id);
    // The button that has the focus is about to go.
    trigger.current?.focus();
  };
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-1.5">
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger asChild>
          <button
            ref={trigger}
            type="button"
            aria-label={`${words.category}: ${chosen?.name ?? words.noCategory}`}
            className="inline-flex h-8 max-w-52 items-center gap-2 rounded-lg border border-line px-2.5 text-sm hover:bg-hover"
          >
            {chosen && <CategoryDot color={chosen.color} />}
            <span className={`truncate ${chosen ? '' : 'text-muted'}`}>{chosen?.name ?? words.noCategory}</span>
            <ChevronDown className="size-3.5 shrink-0 text-faint" aria-hidden="true" />
          </button>
        </Popover.Trigger>
        <CategoryPopup value={value} suggested={suggested} onChoose={choose} />
      </Popover.Root>
      {likely && (
        <button
          type="button"
          aria-label={words.acceptCategory(likely.name)}
          title={words.acceptCategory(likely.name)}
          onClick={() => accept(likely.id)}
          className="inline-flex h-8 max-w-52 items-center gap-2 rounded-lg border border-dashed border-line-strong px-2.5 text-sm text-muted transition-colors hover:bg-hover hover:text-ink"
        >
          <CategoryDot color={likely.color} />
          <span className="truncate">{words.isItCategory(likely.name)}</span>
        </button>
      )}
    </div>
  );
}
