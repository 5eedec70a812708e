import type { SearchFilters as Filters } from '@destila/contracts';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { api } from '../../lib/api.ts';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { useCategories } from '../categories/useCategories.ts';

/** Days back from today. */
const SPANS = [7, 30, 365] as const;
const DAY = 86_400_000;

interface SearchFiltersProps {
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** Narrows a search down to some notes. What nothing can be chosen from is not shown. */
export function SearchFilters({ filters, onChange }: SearchFiltersProps) {
  const words = useMessages().search;
  const categories = useCategories().data ?? [];
  const choices = useQuery({
    queryKey: ['search', 'choices'],
    queryFn: ({ signal }) => api.searchChoices(signal),
  }).data;
  const set = (name: keyof Filters) => (value: string) => onChange({ ...filters, [name]: value || undefined });
  const named = (names: readonly string[] = []) => names.map((name) => [name, name] as const);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <fieldset className="mt-3 flex flex-wrap items-center gap-2 max-sm:grid max-sm:grid-cols-2">
      <legend className="sr-only">{words.filters}</legend>
      <Choice
        label={words.category}
        any={words.anyCategory}
        value={filters.category}
        options={categories.map(({ id, name }) => [id, name] as const)}
        onChange={set('category')}
      />
      <Choice
        label={words.tag}
        any={words.anyTag}
        value={filters.tag}
        options={named(choices?.tags)}
        onChange={set('tag')}
      />
      <Choice
        label={words.channel}
        any={words.anyChannel}
        value={filters.channel}
        options={named(choices?.channels)}
        onChange={set('channel')}
      />
      <Choice
        label={words.added}
        any={words.anyTime}
        value={filters.from}
        options={SPANS.map((days) => [daysAgo(days), words.spans[days]] as const)}
        onChange={set('from')}
      />
      {isFiltered && (
        <Button look="quiet" icon={X} onClick={() => onChange({})}>
          {words.clear}
        </Button>
      )}
    </fieldset>
  );
}

interface ChoiceProps {
  label: string;
  /** What is shown while nothing is chosen. */
  any: string;
  value: string | undefined;
  options: readonly (readonly [value: string, name: string])[];
  onChange: (value: string) => void;
}

function Choice({ label, any, value, options, onChange }: ChoiceProps) {
  // A choice of an earlier day, from the address, is one as well.
  const all =
    value === undefined || options.some(([one]) => one === value) ? options : [...options, [value, value] as const];
  if (all.length === 0) return null;
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value)}
      className={`control h-9 w-full min-w-0 px-2 sm:w-auto sm:max-w-48 text-sm ${value === undefined ? 'text-muted' : 'border-accent font-medium text-ink'}`}
    >
      <option value="">{any}</option>
      {all.map(([one, name]) => (
        <option key={one} value={one}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** As a date: `2026-01-31`. */
function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY).toISOString().slice(0, 10);
}
