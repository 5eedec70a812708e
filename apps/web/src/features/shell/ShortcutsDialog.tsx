import { useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { Dialog } from '../../ui/Dialog.tsx';

/** The shortcuts that work on every page, and the list of all of them, on `?`. */
export function ShortcutsDialog() {
  const words = useMessages().shortcuts;
  const [open, setOpen] = useState(false);
  useShortcuts({
    n: () => focusOrGo('textarea[data-main]', '/'),
    '?': () => setOpen(true),
  });

  const rows: [string, string[]][] = [
    [words.search, ['⌘ / Ctrl', 'K']],
    [words.add, ['N']],
    [words.move, ['J', 'K']],
    [words.filter, ['/']],
    [words.save, ['⌘ / Ctrl', 'S']],
    [words.help, ['?']],
  ];
  return (
    <Dialog open={open} title={words.title} onClose={() => setOpen(false)}>
      <dl className="mt-4 flex flex-col gap-2.5 text-sm">
        {rows.map(([name, keys]) => (
          <div key={name} className="flex items-center justify-between gap-4">
            <dt className="text-muted">{name}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <kbd key={key} className="rounded border border-line-strong bg-sunken px-1.5 py-0.5 font-sans text-xs">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** Focuses the field where this page has it, else goes to the page that does (which focuses it itself). */
function focusOrGo(field: string, page: string): void {
  const here = document.querySelector<HTMLElement>(field);
  if (here) here.focus();
  else location.assign(page);
}
