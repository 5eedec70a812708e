import { CATEGORY_COLORS, type Category } from '@destila/contracts';
import { Plus, Trash } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { toast } from 'sonner';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { CategoryDot } from '../categories/CategoryDot.tsx';
import { useCategories, useCategoryActions } from '../categories/useCategories.ts';
import { Section } from './Section.tsx';

export function Categories() {
  const words = useMessages().settings;
  const categories = useCategories();
  return (
    <Section title={words.categories}>
      {categories.data?.length === 0 && <p className="px-4 py-3.5 text-sm text-muted">{words.categoriesNone}</p>}
      {categories.data?.map((category) => (
        <CategoryRow key={category.id} category={category} />
      ))}
      <NewCategory />
    </Section>
  );
}

/** The name is saved when the field is left or Enter is pressed. */
function CategoryRow({ category }: { category: Category }) {
  const words = useMessages().settings;
  const { edit, remove } = useCategoryActions();
  const [name, setName] = useState(category.name);
  const saveName = () => {
    if (!name.trim()) setName(category.name);
    else if (name.trim() !== category.name)
      edit.mutate({ ...category, name }, { onError: () => setName(category.name) });
  };
  return (
    <div className="flex items-center gap-2 px-4 py-2">
      <CategoryDot color={category.color} />
      <input
        value={name}
        maxLength={80}
        aria-label={words.rename(category.name)}
        onChange={(event) => setName(event.target.value)}
        onBlur={saveName}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        className="h-9 min-w-0 flex-1 rounded-md bg-transparent px-2 text-sm hover:bg-hover focus:bg-hover"
      />
      <ColorSelect
        label={words.color(category.name)}
        value={category.color}
        onChange={(color) => edit.mutate({ ...category, color })}
      />
      <IconButton
        icon={Trash}
        label={words.removeCategory(category.name)}
        onClick={() => remove.mutate(category.id, { onSuccess: () => toast(words.categoryRemoved) })}
      />
    </div>
  );
}

function NewCategory() {
  const words = useMessages().settings;
  const { add } = useCategoryActions();
  const [name, setName] = useState('');
  const [color, setColor] = useState<Category['color']>('gray');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim()) add.mutate({ name, color }, { onSuccess: () => setName('') });
  };
  return (
    <form onSubmit={submit} className="flex items-center gap-2 px-4 py-2">
      <CategoryDot color={color} />
      <input
        value={name}
        maxLength={80}
        aria-label={words.newCategory}
        placeholder={words.newCategory}
        onChange={(event) => setName(event.target.value)}
        className="h-9 min-w-0 flex-1 rounded-md bg-transparent px-2 text-sm"
      />
      <ColorSelect label={words.color(words.newCategory)} value={color} onChange={setColor} />
      <Button type="submit" icon={Plus} disabled={add.isPending}>
        {words.addCategory}
      </Button>
    </form>
  );
}

interface ColorSelectProps {
  label: string;
  value: Category['color'];
  onChange: (color: Category['color']) => void;
}

function ColorSelect({ label, value, onChange }: ColorSelectProps) {
  const words = useMessages().settings;
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(CATEGORY_COLORS.find((color) => color === event.target.value) ?? 'gray')}
      className="h-9 rounded-md bg-transparent px-1 text-sm text-muted hover:bg-hover"
    >
      {CATEGORY_COLORS.map((color) => (
        <option key={color} value={color} className="bg-surface text-ink">
          {words.colors[color]}
        </option>
      ))}
    </select>
  );
}
