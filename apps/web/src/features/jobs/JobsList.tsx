import type { JobCounts, StatusFilter } from '@destila/contracts';
import { Inbox, ListVideo, Plus, Search, SearchX } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { useSettled } from '../../lib/now.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { Button, buttonStyle } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { App, useTitle } from '../shell/App.tsx';
import { JobCard } from './JobCard.tsx';
import { PausedNotice, PauseQueue } from './PauseQueue.tsx';
import { useJobs } from './useJobs.ts';

const FILTERS = ['all', 'processing', 'pending', 'ready', 'saved', 'failed', 'cancelled'] as const;
type Filter = (typeof FILTERS)[number];

/** Milliseconds after the last key before the list is searched. */
const SEARCH_DELAY = 200;

/** The queue's page. */
export function JobsList() {
  return (
    <App>
      <Queue />
    </App>
  );
}

function Queue() {
  const words = useMessages().queue;
  useTitle(words.title);
  const [filter, setFilter] = useState<Filter>(filterInAddress);
  const [typed, setTyped] = useState(() => new URLSearchParams(location.search).get('q') ?? '');
  const q = useSettled(typed.trim(), SEARCH_DELAY);
  useAddress(filter, q);
  const jobs = useJobs({ ...(filter === 'all' ? {} : { status: filter }), ...(q && { q }) });
  const counts = jobs.data?.pages[0]?.counts;

  return (
    <div className="mx-auto max-w-4xl">
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-2xl font-semibold tracking-tight">{words.title}</h1>
        <div className="flex items-center gap-2 max-sm:w-full">
          <PauseQueue />
          <SearchField value={typed} onChange={setTyped} />
        </div>
      </div>
      <PausedNotice />
      <Filters current={filter} counts={counts} onChoose={setFilter} />
      {jobs.isError && !jobs.data ? (
        <Problem title={words.loadFailed} error={jobs.error} onRetry={() => void jobs.refetch()} />
      ) : (
        <Results jobs={jobs} q={q} filter={filter} reset={() => [setFilter('all'), setTyped('')]} />
      )}
    </div>
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const words = useMessages().queue;
  const field = useRef<HTMLInputElement>(null);
  useShortcuts({ '/': () => field.current?.focus() });
  return (
    <label className="control flex h-9 items-center gap-2 px-3 text-sm max-sm:w-full sm:w-64">
      <Search className="size-4 shrink-0 text-faint" aria-hidden="true" />
      <input
        ref={field}
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="min-w-0 flex-1 bg-transparent outline-none"
      />
      <kbd className="font-sans text-xs text-faint max-sm:hidden">/</kbd>
    </label>
  );
}

function Filters(props: { current: Filter; counts: JobCounts | undefined; onChoose: (filter: Filter) => void }) {
  const words = useMessages().queue;
  return (
    <fieldset className="-mx-4 mb-3 flex min-w-0 gap-1 overflow-x-auto px-4 py-1 [scrollbar-width:none] sm:mx-0 sm:px-0">
      <legend className="sr-only">{words.filters}</legend>
      {FILTERS.map((filter) => (
        <button
          key={filter}
          type="button"
          aria-pressed={filter === props.current}
          onClick={() => props.onChoose(filter)}
          className="inline-flex h-8 shrink-0 items-center gap-1.5 rounded-lg px-2.5 text-sm text-muted transition-colors hover:bg-hover hover:text-ink aria-pressed:bg-primary aria-pressed:font-medium aria-pressed:text-on-primary"
        >
          {words[filter]}
          <span className="min-w-3 text-xs tabular-nums opacity-70">{props.counts?.[filter] ?? ''}</span>
        </button>
      ))}
    </fieldset>
  );
}

function Results(props: { jobs: ReturnType<typeof useJobs>; q: string; filter: Filter; reset: () => void }) {
  const { jobs, q, filter, reset } = props;
  const words = useMessages().queue;
  const list = useRef<HTMLUListElement>(null);
  useShortcuts({ j: () => moveFocus(list.current, 1), k: () => moveFocus(list.current, -1) });
  if (!jobs.data) return <CardSkeletons />;

  const shown = jobs.data.pages.flatMap((page) => page.jobs);
  if (shown.length === 0) return <NothingShown q={q} filter={filter} reset={reset} />;
  return (
    <>
      <ul ref={list} aria-label={words.list} className="card divide-y divide-line overflow-hidden">
        {shown.map((job) => (
          <li key={job.id}>
            <JobCard job={job} />
          </li>
        ))}
      </ul>
      {jobs.hasNextPage && (
        <div className="mt-4 flex justify-center">
          <Button onClick={() => void jobs.fetchNextPage()} disabled={jobs.isFetchingNextPage}>
            {words.more}
          </Button>
        </div>
      )}
    </>
  );
}

function NothingShown({ q, filter, reset }: { q: string; filter: Filter; reset: () => void }): ReactNode {
  const words = useMessages().queue;
  if (q) {
    return (
      <EmptyState icon={SearchX} title={words.noMatchTitle(q)} text={words.noMatchText}>
        <Button onClick={reset}>{words.noMatchAction}</Button>
      </EmptyState>
    );
  }
  if (filter !== 'all') {
    return (
      <EmptyState icon={Inbox} title={words.noneTitle} text={words.noneText}>
        <Button onClick={reset}>{words.noneAction}</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={ListVideo} title={words.emptyTitle} text={words.emptyText}>
      <a href="/" className={buttonStyle('primary')}>
        <Plus className="size-4" aria-hidden="true" />
        {words.emptyAction}
      </a>
    </EmptyState>
  );
}

/** As tall as the cards that come. */
export function CardSkeletons({ count = 4 }: { count?: number }) {
  return (
    <div className="card divide-y divide-line" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same, and never move.
        <div key={index} className="flex items-center gap-4 p-3">
          <div className="skeleton aspect-video w-24 sm:w-34" />
          <div className="flex flex-1 flex-col gap-2">
            <div className="skeleton h-4 w-3/5" />
            <div className="skeleton h-3 w-2/5" />
            <div className="skeleton h-3 w-1/3" />
          </div>
        </div>
      ))}
    </div>
  );
}

function moveFocus(list: HTMLElement | null, step: 1 | -1): void {
  const cards = [...(list?.querySelectorAll<HTMLElement>('[data-card]') ?? [])];
  const here = cards.findIndex((card) => card.closest('article')?.contains(document.activeElement));
  const next = here === -1 ? 0 : Math.min(cards.length - 1, Math.max(0, here + step));
  cards[next]?.focus();
}

function filterInAddress(): Filter {
  const status = new URLSearchParams(location.search).get('status');
  return FILTERS.find((filter) => filter === status) ?? 'all';
}

/** The address keeps what is in view, so that it survives a reload and can be shared. */
function useAddress(filter: Filter, q: string): void {
  useEffect(() => {
    const address = new URLSearchParams();
    if (filter !== 'all') address.set('status', filter satisfies StatusFilter);
    if (q) address.set('q', q);
    const search = address.toString();
    history.replaceState(null, '', `${location.pathname}${search && '?'}${search}`);
  }, [filter, q]);
}
