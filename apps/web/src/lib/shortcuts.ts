import { useEffect, useEffectEvent } from 'react';

/** Keys by what they do, as `KeyboardEvent.key`; `mod+` is ⌘ on a Mac and Ctrl elsewhere. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/** Plain keys are left alone while the person types; `mod+` ones work anywhere. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || isAnothers(event)) return;
    const modified = event.metaKey || event.ctrlKey;
    if (!modified && (isTyping(event.target) || document.querySelector('[role=dialog], [role=menu]'))) return;
    const run = shortcuts[`${modified ? 'mod+' : ''}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`];
    if (!run) return;
    event.preventDefault();
    run(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

/** Ctrl on a Mac edits text, and further keys make another shortcut. */
function isAnothers({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  const isMac = document.documentElement.dataset.keys === 'mac';
  return altKey || (isMac ? ctrlKey : metaKey) || (shiftKey && (ctrlKey || metaKey));
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
