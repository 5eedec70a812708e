import { LONGEST_QUESTION } from '@destila/contracts';
import { Search } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { useSettled } from '../../lib/now.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useReturnedFocus } from '../../ui/Dialog.tsx';
import { PaletteList } from './PaletteList.tsx';
import type { PaletteGroup } from './palette-entries.ts';
import { usePaletteGroups } from './usePaletteGroups.ts';

/** Milliseconds after the last key. */
const SEARCH_DELAY = 120;

/** On every page, on ⌘K or by the button of the header: notes by their titles, passages by their words, and where to go. */
export function Palette() {
  const words = useMessages().palette;
  const [open, setOpen] = useState(false);
  const returnedFocus = useReturnedFocus();
  useShortcuts({ 'mod+k': () => setOpen((now) => !now) });
  useEffect(() => {
    // The header is no part of the island: it is there before any script is.
    const openers = [...document.querySelectorAll('[data-opens-palette]')];
    const show = () => setOpen(true);
    for (const opener of openers) opener.addEventListener('click', show);
    return () => {
      for (const opener of openers) opener.removeEventListener('click', show);
    };
  }, []);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-[fade_120ms] bg-black/40 dark:bg-black/60" />
        <Dialog.Content
          aria-describedby={undefined}
          {...returnedFocus}
          className="popup fixed top-3 left-1/2 z-50 flex max-h-[calc(100dvh-1.5rem)] w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 animate-[fade_120ms] flex-col overflow-hidden focus:outline-none sm:top-[12vh] sm:max-h-[70vh]"
        >
          <Dialog.Title className="sr-only">{words.open}</Dialog.Title>
          <Finder onLeave={() => setOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** An editable combobox with a list (WAI-ARIA APG, combobox): the focus stays in the field, the arrows choose. */
function Finder({ onLeave }: { onLeave: () => void }) {
  const words = useMessages().palette;
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [isEntered, setIsEntered] = useState(false);
  const links = useRef(new Map<string, HTMLAnchorElement>());
  const { groups, isSearching } = usePaletteGroups(typed, useSettled(typed.trim(), SEARCH_DELAY));
  const keys = keysOf(groups);
  const current = chosen !== null && keys.includes(chosen) ? chosen : (keys[0] ?? null);

  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextKey(event.key, keys, current);
    if (next !== null) setChosen(next);
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing && current !== null) enter(event, current);
    else return;
    event.preventDefault();
  };
  /** What comes first is only known when all has been found; who has chosen need not wait. */
  const enter = (event: KeyboardEvent, key: string) => {
    if (isSearching && chosen === null) setIsEntered(true);
    else open(event, key);
  };
  /** As a click on the link, with the keys that open it elsewhere. */
  const open = ({ metaKey, ctrlKey, shiftKey }: KeyboardEvent, key: string) => {
    const click = { bubbles: true, cancelable: true, metaKey, ctrlKey, shiftKey };
    links.current.get(key)?.dispatchEvent(new MouseEvent('click', click));
  };
  useEffect(() => {
    if (!isEntered || isSearching || current === null) return;
    setIsEntered(false);
    links.current.get(current)?.click();
  }, [isEntered, isSearching, current]);
  useEffect(() => {
    if (current !== null) links.current.get(current)?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  return (
    <>
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Search className="size-4.5 shrink-0 text-faint" aria-hidden="true" />
        <input
          role="combobox"
          aria-expanded={keys.length > 0}
          aria-controls={listId}
          aria-activedescendant={current === null ? undefined : optionId(listId, current)}
          aria-autocomplete="list"
          aria-label={words.label}
          placeholder={words.placeholder}
          autoComplete="off"
          spellCheck={false}
          maxLength={LONGEST_QUESTION}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setChosen(null);
            setIsEntered(false);
          }}
          onKeyDown={onKeyDown}
          className="h-13 min-w-0 flex-1 bg-transparent text-base outline-none"
        />
      </div>
      <PaletteList
        id={listId}
        groups={groups}
        current={current}
        optionId={(key) => optionId(listId, key)}
        onPoint={setChosen}
        onLeave={onLeave}
        links={links.current}
      />
      <p role="status" className="sr-only">
        {isSearching ? '' : words.count(keys.length)}
      </p>
      <p className="border-t border-line px-4 py-2 text-xs text-faint max-sm:hidden">{words.keys}</p>
    </>
  );
}

function keysOf(groups: readonly PaletteGroup[]): string[] {
  return groups.flatMap(({ entries }) => entries.map(({ key }) => key));
}

function optionId(listId: string, key: string): string {
  return `${listId}-${key}`;
}

/** Round and round, and to either end; null for keys that choose nothing. */
function nextKey(pressed: string, keys: readonly string[], current: string | null): string | null {
  const at = keys.indexOf(current ?? '');
  const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1 };
  const step = steps[pressed];
  return step === undefined ? null : (keys.at(step === keys.length ? 0 : step) ?? null);
}
