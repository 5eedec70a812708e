import { X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';

interface TagsProps {
  tags: string[];
  onChange: (tags: string[]) => void;
}

/** Limits of the API. */
const MAX_TAGS = 50;
const MAX_TAG_LENGTH = 60;

/** Enter or a comma adds a tag; Backspace in the empty field takes the last one away. */
export function Tags({ tags, onChange }: TagsProps) {
  const words = useMessages().editor;
  const [typed, setTyped] = useState('');
  const add = () => {
    const tag = typed.trim();
    if (tag && !tags.includes(tag) && tags.length < MAX_TAGS) onChange([...tags, tag]);
    setTyped('');
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault();
      add();
    }
    if (event.key === 'Backspace' && typed === '') onChange(tags.slice(0, -1));
  };
  return (
    <ul aria-label={words.tags} className="flex flex-wrap items-center gap-1.5">
      {tags.map((tag) => (
        <li key={tag} className="inline-flex h-7 items-center rounded-md bg-sunken pl-2 text-sm text-muted">
          {tag}
          <button
            type="button"
            aria-label={words.removeTag(tag)}
            onClick={() => onChange(tags.filter((other) => other !== tag))}
            className="mx-0.5 flex size-6 items-center justify-center rounded hover:text-ink"
          >
            <X className="size-3" aria-hidden="true" />
          </button>
        </li>
      ))}
      <li>
        <input
          value={typed}
          maxLength={MAX_TAG_LENGTH}
          aria-label={words.addTag}
          placeholder={words.addTag}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKey}
          onBlur={add}
          className="h-7 w-32 rounded-md bg-transparent px-1.5 text-sm outline-none focus:bg-sunken"
        />
      </li>
    </ul>
  );
}
