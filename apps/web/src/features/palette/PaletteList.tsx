import { useId } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { Snippet } from '../search/Snippet.tsx';
import type { PaletteEntry, PaletteGroup } from './palette-entries.ts';

interface PaletteListProps {
  id: string;
  groups: readonly PaletteGroup[];
  current: string | null;
  optionId: (key: string) => string;
  onPoint: (key: string) => void;
  onLeave: () => void;
  /** Filled with what can be opened, by key. */
  links: Map<string, HTMLAnchorElement>;
}

export function PaletteList({ id, groups, ...rest }: PaletteListProps) {
  const words = useMessages().palette;
  return (
    <div id={id} role="listbox" aria-label={words.results} className="min-h-0 flex-1 overflow-y-auto p-2">
      {groups.map((group) => (
        <Group key={group.title} group={group} {...rest} />
      ))}
      {groups.length === 0 && <p className="px-2.5 py-6 text-center text-sm text-muted">{words.nothing}</p>}
    </div>
  );
}

type GroupProps = Omit<PaletteListProps, 'id' | 'groups'> & { group: PaletteGroup };

function Group({ group: { title, entries }, current, optionId, onPoint, onLeave, links }: GroupProps) {
  const titleId = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a listbox holds groups (WAI-ARIA 1.2); a fieldset is none.
    <div role="group" aria-labelledby={titleId} className="not-first:mt-2">
      <p id={titleId} className="px-2.5 py-1 text-xs font-medium text-faint">
        {title}
      </p>
      {entries.map((entry) => (
        <Option
          key={entry.key}
          id={optionId(entry.key)}
          entry={entry}
          isCurrent={entry.key === current}
          onPoint={() => onPoint(entry.key)}
          onLeave={onLeave}
          keep={(link) => {
            if (link) links.set(entry.key, link);
            else links.delete(entry.key);
          }}
        />
      ))}
    </div>
  );
}

interface OptionProps {
  id: string;
  entry: PaletteEntry;
  isCurrent: boolean;
  onPoint: () => void;
  onLeave: () => void;
  keep: (link: HTMLAnchorElement | null) => void;
}

/** A link, so that it can be opened in another tab; the field keeps the focus. */
function Option({ id, entry: { icon: Icon, href, label, detail }, isCurrent, onPoint, onLeave, keep }: OptionProps) {
  return (
    <a
      ref={keep}
      id={id}
      role="option"
      aria-selected={isCurrent}
      tabIndex={-1}
      href={href}
      onPointerMove={onPoint}
      onClick={onLeave}
      className="flex items-start gap-3 rounded-lg px-2.5 py-2 text-sm aria-selected:bg-hover"
    >
      <Icon className="mt-0.5 size-4 shrink-0 text-faint" aria-hidden="true" />
      <span className="min-w-0 flex-1">
        <span className="line-clamp-2">
          <Snippet text={label} />
        </span>
        {detail && <span className="block truncate text-xs text-faint">{detail}</span>}
      </span>
    </a>
  );
}
