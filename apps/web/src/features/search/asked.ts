import type { SearchFilters } from '@destila/contracts';

const QUOTED = /^["“«]\s*([^"“”«»]+?)\s*["”»]$/;

/** A phrase asked for in quotes, without them: for where the page quotes it itself. */
export function unquoted(q: string): string {
  return QUOTED.exec(q)?.[1] ?? q;
}

export function isFiltered(filters: SearchFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}

/** Two days the wrong way round are the same range; the fields keep them as typed, as a year is half-typed for a while. */
export function withDaysInOrder(filters: SearchFilters): SearchFilters {
  const { from, to } = filters;
  return from !== undefined && to !== undefined && to < from ? { ...filters, from: to, to: from } : filters;
}
