import { LONGEST_QUESTION, type SearchFilters } from '@destila/contracts';

const NAMES = ['category', 'tag', 'channel', 'from', 'to'] as const;

/** What is searched for stands in the address: a search can be kept, shared and come back to. */
export function readSearchAddress(search: string): { q: string; filters: SearchFilters } {
  const parameters = new URLSearchParams(search);
  const filters: SearchFilters = {};
  for (const name of NAMES) filters[name] = parameters.get(name) || undefined;
  return { q: (parameters.get('q') ?? '').slice(0, LONGEST_QUESTION), filters };
}

/** `?q=…`; empty where nothing is searched for. */
export function searchAddress(q: string, filters: SearchFilters): string {
  const parameters = new URLSearchParams(q === '' ? {} : { q });
  for (const name of NAMES) {
    const value = filters[name];
    if (value !== undefined) parameters.set(name, value);
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
