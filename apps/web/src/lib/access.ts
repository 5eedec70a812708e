import { useSyncExternalStore } from 'react';

/** Requests the server refused wait here, together, until the person has given the access token once. */
let waiting: PromiseWithResolvers<void> | null = null;
const listeners = new Set<() => void>();

export function accessGranted(): Promise<void> {
  waiting ??= Promise.withResolvers();
  notify();
  return waiting.promise;
}

export function grantAccess(): void {
  waiting?.resolve();
  waiting = null;
  notify();
}

export function useAccessNeeded(): boolean {
  return useSyncExternalStore(subscribe, () => waiting !== null);
}

function notify(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
