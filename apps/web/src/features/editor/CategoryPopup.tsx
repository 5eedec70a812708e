import type { Category } from '@destila/contracts';
import { Check, Plus } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type SubmitEvent, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { CategoryDot } from '../categories/CategoryDot.tsx';
import { useCategories, useCategoryActions } from '../categories/useCategories.ts';

interface CategoryPopupProps extends Pick<Popover.PopoverContentProps, 'align' | 'onCloseAutoFocus'> {
  value: string | null;
  suggested: string | null;
  /** Why one is asked for: then there has to be one. */
  reason?: string;
  onChoose: (id: string | null) => void;
}

/** The categories to choose from, that which is suggested first. Stands in a `Popover.Root`. */
export function CategoryPopup({ value, suggested, reason, onChoose, align = 'start', ...rest }: CategoryPopupProps) {
  const words = useMessages().editor;
  const categories = useCategories().data ?? [];
  const likely = value === null ? categories.find((category) => category.id === suggested) : undefined;
  const others = categories.filter((category) => category !== likely);
  return (
    <Popover.Portal>
      <Popover.Content
        align={align}
        sideOffset={6}
        collisionPadding={8}
        aria-label={reason ?? words.category}
        className="popup z-30 w-72 animate-[fade_100ms] p-1.5"
        {...rest}
      >
        {reason && <p className="px-2 pt-1 pb-2 text-sm font-medium">{reason}</p>}
        <ul className="max-h-64 overflow-y-auto">
          {likely && <Choice category={likely} note={words.suggestedCategory} onChoose={() => onChoose(likely.id)} />}
          {!reason && <Choice chosen={value === null} onChoose={() => onChoose(null)} />}
          {others.map((category) => (
            <Choice
              key={category.id}
              category={category}
              chosen={category.id === value}
              onChoose={() => onChoose(category.id)}
            />
          ))}
        </ul>
        <NewCategory onCreated={(category) => onChoose(category.id)} />
      </Popover.Content>
    </Popover.Portal>
  );
}

interface ChoiceProps {
  /** Absent: none. */
  category?: Category;
  chosen?: boolean;
  note?: string;
  onChoose: () => void;
}

function Choice({ category, chosen = false, note, onChoose }: ChoiceProps) {
  const words = useMessages().editor;
  return (
    <li>
      <button
        type="button"
        aria-pressed={chosen}
        onClick={onChoose}
        className="menu-item w-full text-left hover:bg-hover"
      >
        {category ? <CategoryDot color={category.color} /> : <span className="size-2.5" />}
        <span className="min-w-0 flex-1 truncate">{category?.name ?? words.noCategory}</span>
        {note && <span className="text-xs text-faint">{note}</span>}
        {chosen && <Check className="size-4 text-accent" aria-hidden="true" />}
      </button>
    </li>
  );
}

function NewCategory({ onCreated }: { onCreated: (category: Category) => void }) {
  const words = useMessages().editor;
  const [name, setName] = useState('');
  const { add } = useCategoryActions();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim()) add.mutate({ name, color: 'gray' }, { onSuccess: onCreated });
  };
  return (
    <form onSubmit={submit} className="mt-1.5 flex items-center gap-1 border-t border-line pt-1.5">
      <Plus className="ml-2 size-4 shrink-0 text-faint" aria-hidden="true" />
      <input
        value={name}
        maxLength={80}
        aria-label={words.newCategoryName}
        placeholder={words.newCategory}
        onChange={(event) => setName(event.target.value)}
        className="h-8 min-w-0 flex-1 rounded bg-transparent px-1 text-sm outline-none"
      />
      <Button type="submit" look="quiet" className="h-8 px-2" disabled={!name.trim() || add.isPending}>
        {words.create}
      </Button>
    </form>
  );
}
