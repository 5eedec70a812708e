import type { Category } from '@destila/contracts';
import { Check, ChevronDown, Plus } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type SubmitEvent, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { CategoryDot } from '../categories/CategoryDot.tsx';
import { useCategories, useCategoryActions } from '../categories/useCategories.ts';

interface CategorySelectProps {
  value: string | null;
  onChange: (id: string | null) => void;
}

/** Chooses a category, or makes one on the way. */
export function CategorySelect({ value, onChange }: CategorySelectProps) {
  const words = useMessages().editor;
  const [open, setOpen] = useState(false);
  const categories = useCategories().data ?? [];
  const chosen = categories.find((category) => category.id === value);
  const choose = (id: string | null) => {
    onChange(id);
    setOpen(false);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          aria-label={`${words.category}: ${chosen?.name ?? words.noCategory}`}
          className="inline-flex h-8 max-w-52 items-center gap-2 rounded-lg border border-line px-2.5 text-sm hover:bg-hover"
        >
          {chosen && <CategoryDot color={chosen.color} />}
          <span className={`truncate ${chosen ? '' : 'text-muted'}`}>{chosen?.name ?? words.noCategory}</span>
          <ChevronDown className="size-3.5 shrink-0 text-faint" aria-hidden="true" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          aria-label={words.category}
          className="popup z-30 w-64 animate-[fade_100ms] p-1.5"
        >
          <ul className="max-h-64 overflow-y-auto">
            <Choice chosen={value === null} onChoose={() => choose(null)} />
            {categories.map((category) => (
              <Choice
                key={category.id}
                category={category}
                chosen={category.id === value}
                onChoose={() => choose(category.id)}
              />
            ))}
          </ul>
          <NewCategory onCreated={(category) => choose(category.id)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Choice({ category, chosen, onChoose }: { category?: Category; chosen: boolean; onChoose: () => void }) {
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
