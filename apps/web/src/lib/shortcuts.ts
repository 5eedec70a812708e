import { useEffect, useEffectEvent } from 'react';

/** Keys by what they do, as `KeyboardEvent.key`; `mod+` is ⌘ on a Mac and Ctrl elsewhere. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/** Plain keys are left alone while the person types; `mod+` ones work anywhere. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey) return;
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

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
