import { CATEGORY_COLORS, type Category, type CountedCategory } from '@destila/contracts';
import { useQuery } from '@tanstack/react-query';
import { Plus, Trash } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { toast } from 'sonner';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { CategoryDot } from '../categories/CategoryDot.tsx';
import { useCategories, useCategoryActions } from '../categories/useCategories.ts';
import { Section, SwitchRow } from './Section.tsx';
import { settingsQuery } from './settings-query.ts';
import { useEditSettings } from './useEditSettings.ts';

export function Categories() {
  const words = useMessages().settings;
  const categories = useCategories();
  const required = useQuery(settingsQuery).data?.category_required;
  const edit = useEditSettings();
  return (
    <Section title={words.categories}>
      <SwitchRow
        label={words.categoryRequired}
        value={required}
        onChange={(category_required) => edit({ category_required })}
      />
      {categories.data?.length === 0 && <p className="px-4 py-3.5 text-sm text-muted">{words.categoriesNone}</p>}
      {categories.data?.map((category) => (
        <CategoryRow key={category.id} category={category} />
      ))}
      <NewCategory />
    </Section>
  );
}

/** The name is saved when the field is left or Enter is pressed. */
function CategoryRow({ category }: { category: CountedCategory }) {
  const words = useMessages().settings;
  const { edit } = useCategoryActions();
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
      <RemoveCategory category={category} />
    </div>
  );
}

/** One that notes have is not removed without asking. */
function RemoveCategory({ category: { id, name, notes } }: { category: CountedCategory }) {
  const words = useMessages();
  const { remove } = useCategoryActions();
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const removeIt = () =>
    remove.mutate(id, { onSuccess: () => toast(words.settings.categoryRemoved), onSettled: close });
  return (
    <>
      <IconButton
        icon={Trash}
        label={words.settings.removeCategory(name)}
        onClick={() => (notes === 0 ? removeIt() : setAsking(true))}
      />
      <Dialog
        open={asking}
        title={words.settings.removeCategoryTitle(name)}
        text={words.settings.removeCategoryText(notes)}
        onClose={close}
      >
        <div className="mt-6 flex justify-end gap-2">
          <Button onClick={close}>{words.app.cancel}</Button>
          <Button look="primary" disabled={remove.isPending} onClick={removeIt}>
            {words.settings.removeCategoryConfirm}
          </Button>
        </div>
      </Dialog>
    </>
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
