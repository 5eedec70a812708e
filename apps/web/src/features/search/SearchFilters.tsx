import type { SearchFilters as Filters } from '@destila/contracts';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { useCategories } from '../categories/useCategories.ts';
import { isFiltered } from './asked.ts';

/** Days back from today. */
const SPANS = [7, 30, 365] as const;
const DAY = 86_400_000;
/** Stands for two days of the person's own. */
const DAYS = 'days';

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
  const spans = SPANS.map((days) => [daysAgo(days), words.spans[days]] as const);
  const [wantsDays, setWantsDays] = useState(false);
  // Other days than those of a span come from the address, or from here.
  const hasDays = wantsDays || filters.to !== undefined || isOther(filters.from, spans);
  const chooseTime = (value: string) => {
    setWantsDays(value === DAYS);
    onChange(value === DAYS ? filters : { ...filters, from: value || undefined, to: undefined });
  };
  const clear = () => {
    setWantsDays(false);
    onChange({});
  };
  const set = (name: keyof Filters) => (value: string) => onChange({ ...filters, [name]: value || undefined });
  const named = (names: readonly string[] = []) => names.map((name) => [name, name] as const);
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
        value={hasDays ? DAYS : filters.from}
        options={[...spans, [DAYS, words.betweenDays]]}
        onChange={chooseTime}
      />
      {hasDays && (
        <div className="col-span-2 flex flex-wrap gap-2">
          <Day label={words.from} value={filters.from} most={filters.to} onChange={set('from')} />
          <Day label={words.to} value={filters.to} least={filters.from} onChange={set('to')} />
        </div>
      )}
      {(wantsDays || isFiltered(filters)) && (
        <Button look="quiet" icon={X} onClick={clear}>
          {words.clear}
        </Button>
      )}
    </fieldset>
  );
}

type Options = readonly (readonly [value: string, name: string])[];

interface ChoiceProps {
  label: string;
  /** What is shown while nothing is chosen. */
  any: string;
  value: string | undefined;
  options: Options;
  onChange: (value: string) => void;
}

function Choice({ label, any, value, options, onChange }: ChoiceProps) {
  // A choice from the address is one as well.
  const all = isOther(value, options) ? [...options, [value, value] as const] : options;
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

function isOther(value: string | undefined, options: Options): value is string {
  return value !== undefined && !options.some(([one]) => one === value);
}

interface DayProps {
  label: string;
  value: string | undefined;
  least?: string | undefined;
  most?: string | undefined;
  onChange: (value: string) => void;
}

function Day({ label, value, least, most, onChange }: DayProps) {
  return (
    <label className="flex min-w-0 flex-1 items-center gap-1.5 text-sm text-muted">
      {label}
      <input
        type="date"
        value={value ?? ''}
        min={least}
        max={most}
        onChange={(event) => onChange(event.target.value)}
        className="control h-9 min-w-0 flex-1 px-2 text-sm text-ink"
      />
    </label>
  );
}

/** As a date of the person's clock: `2026-01-31`. */
function daysAgo(days: number): string {
  const then = Date.now() - days * DAY;
  return new Date(then - new Date(then).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
