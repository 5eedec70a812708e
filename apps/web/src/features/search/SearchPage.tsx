import {
  type SearchFilters as Filters,
  formatTimestamp,
  LONGEST_QUESTION,
  type MeaningState,
  type SearchHit,
  videoLinkAt,
} from '@destila/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Info, Play, Search, SearchX, Sparkles, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api } from '../../lib/api.ts';
import { siteOf } from '../../lib/format.ts';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useSettled } from '../../lib/now.ts';
import { Button, buttonStyle } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { jobName, jobSource } from '../jobs/job-words.ts';
import { settingsQuery } from '../settings/settings-query.ts';
import { App, useTitle } from '../shell/App.tsx';
import { isFiltered, unquoted, withDaysInOrder } from './asked.ts';
import { noteAddress } from './note-address.ts';
import { SearchFilters } from './SearchFilters.tsx';
import { Snippet } from './Snippet.tsx';
import { readSearchAddress, searchAddress } from './search-address.ts';

/** Milliseconds after the last key. */
const SEARCH_DELAY = 200;
/** Milliseconds that meaning may take before words alone are shown: most models are faster, and nothing jumps. */
const WAIT = 400;

export function SearchPage() {
  return (
    <App>
      <SearchNotes />
    </App>
  );
}

function SearchNotes() {
  const words = useMessages().search;
  useTitle(words.title);
  const [asked] = useState(() => readSearchAddress(location.search));
  const [typed, setTyped] = useState(asked.q);
  const [filters, setFilters] = useState(asked.filters);
  const [timesCleared, setTimesCleared] = useState(0);
  const q = useSettled(typed.trim(), SEARCH_DELAY);
  useEffect(() => {
    history.replaceState(null, '', `${location.pathname}${searchAddress(q, filters)}`);
  }, [q, filters]);
  const clear = () => {
    setFilters({});
    setTimesCleared(timesCleared + 1);
  };
  return (
    <div className="mx-auto max-w-3xl">
      <h1 className="sr-only">{words.title}</h1>
      <search>
        <label className="control flex h-13 items-center gap-3 rounded-xl px-4 shadow-raised">
          <Search className="size-5 shrink-0 text-faint" aria-hidden="true" />
          <input
            type="search"
            data-main
            // biome-ignore lint/a11y/noAutofocus: typing is what this page is for.
            autoFocus
            maxLength={LONGEST_QUESTION}
            aria-label={words.label}
            placeholder={words.placeholder}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="min-w-0 flex-1 bg-transparent text-base outline-none"
          />
        </label>
        {/* Afresh once cleared from below: a range whose days are not chosen yet is in no filter. */}
        <SearchFilters key={timesCleared} filters={filters} onChange={setFilters} />
      </search>
      <Results q={q} filters={filters} onClear={clear} />
    </div>
  );
}

interface ResultsProps {
  q: string;
  filters: Filters;
  onClear: () => void;
}

function Results({ q, filters, onClear }: ResultsProps) {
  const words = useMessages().search;
  const results = useResults(q, filters);
  if (q === '') return <EmptyState icon={Search} title={words.startTitle} text={words.startText} />;
  if (results.isError) {
    return <Problem title={words.failed} error={results.error} onRetry={() => void results.refetch()} />;
  }
  const { hits, meaning } = results.data ?? { hits: null, meaning: 'used' };
  return (
    <section aria-busy={results.isFetching} className="mt-6">
      <p role="status" className="min-h-5 text-sm text-faint">
        {[hits && hits.length > 0 && words.results(hits.length), results.isSeekingMeaning && words.seekingMeaning]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <OnlyWords meaning={meaning} />
      {hits?.length === 0 && !results.isSeekingMeaning && <Nothing q={q} filters={filters} onClear={onClear} />}
      <ol className="mt-2 flex flex-col gap-3">
        {hits?.map((hit) => (
          <li key={`${hit.job_id} ${hit.start_seconds} ${hit.snippet}`}>
            <Hit hit={hit} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Nothing({ q, filters, onClear }: ResultsProps) {
  const words = useMessages().search;
  const name = unquoted(q);
  if (isFiltered(filters)) {
    return (
      <EmptyState icon={SearchX} title={words.noneFilteredTitle(name)} text={words.noneFilteredText}>
        <Button icon={X} onClick={onClear}>
          {words.withoutFilters}
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={SearchX} title={words.noneTitle(name)} text={words.noneText}>
      <a href="/jobs?status=saved" className={buttonStyle('secondary')}>
        {words.noneAction}
      </a>
    </EmptyState>
  );
}

/** By meaning; where a model lets them wait for that, what words find in the meantime. */
function useResults(q: string, filters: Filters) {
  const asked = { q, ...withDaysInOrder(filters) };
  const common = { enabled: q !== '', placeholderData: keepPreviousData };
  const full = useQuery({
    ...common,
    queryKey: ['search', asked],
    queryFn: ({ signal }) => api.search(asked, signal),
  });
  const key = JSON.stringify(asked);
  const isLate = useSettled(key, WAIT) === key && full.isFetching && (full.isPending || full.isPlaceholderData);
  const quick = useQuery({
    queryKey: ['search', 'words', asked],
    queryFn: ({ signal }) => api.search({ ...asked, by: 'words' }, signal),
    enabled: q !== '' && isLate,
  });
  const isSeekingMeaning = isLate && quick.data !== undefined;
  const { isError, error, isFetching, refetch } = full;
  return { data: isSeekingMeaning ? quick.data : full.data, isSeekingMeaning, isError, error, isFetching, refetch };
}

/** Says so where meaning was wanted, and words had to do. */
function OnlyWords({ meaning }: { meaning: MeaningState }) {
  const words = useMessages().search;
  if (meaning === 'used' || meaning === 'not_asked') return null;
  return (
    <p className="mt-1 flex items-start gap-1.5 text-sm text-pretty text-muted">
      <Info className="mt-0.5 size-4 shrink-0 text-faint" aria-hidden="true" />
      <span>
        {words.onlyWords[meaning]} {meaning === 'other_language' && <OtherModels />}
      </span>
    </p>
  );
}

/** What the person can do about it, where it is theirs to choose. */
function OtherModels() {
  const words = useMessages().search;
  if (!useQuery(settingsQuery).data?.embeddings_follow_llm) return null;
  return (
    <a href="/settings" className="underline">
      {words.chooseModel}
    </a>
  );
}

function Hit({ hit }: { hit: SearchHit }) {
  const words = useMessages().search;
  const language = useLanguage();
  return (
    <article className="card relative p-4 transition-colors hover:border-line-strong">
      <h2 className="font-medium">
        <a
          href={noteAddress(hit)}
          className="rounded-sm after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
        >
          {jobName(hit, language)}
        </a>
      </h2>
      <p className="text-sm text-faint">
        {[jobSource(hit, language), hit.channel].filter(Boolean).join(' · ')}
        {hit.heading && (
          <>
            {' · '}
            <Snippet text={hit.heading} />
          </>
        )}
      </p>
      <p className="mt-2 line-clamp-3 text-sm text-pretty text-muted">
        <Snippet text={hit.snippet} />
      </p>
      <div className="flex flex-wrap items-center gap-x-3">
        {hit.start_seconds !== null && <Moment hit={hit} seconds={hit.start_seconds} />}
        {hit.found_by === 'meaning' && (
          <span className="mt-3 inline-flex items-center gap-1 text-xs text-faint">
            <Sparkles className="size-3.5" aria-hidden="true" />
            {words.byMeaning}
          </span>
        )}
      </div>
    </article>
  );
}

/** To the video at that second: on its own site, or on the note's page where the file is ours. */
function Moment({ hit, seconds }: { hit: SearchHit; seconds: number }) {
  const words = useMessages().search;
  const time = formatTimestamp(seconds);
  const elsewhere = siteOf(hit.url) === null ? {} : { target: '_blank', rel: 'noopener noreferrer' };
  return (
    <a
      href={videoLinkAt({ id: hit.job_id, url: hit.url }, seconds)}
      {...elsewhere}
      aria-label={words.watchAt(time)}
      className="relative z-10 mt-3 inline-flex items-center gap-1.5 rounded-md bg-accent-soft px-2 py-1 text-sm font-medium text-accent tabular-nums hover:underline"
    >
      <Play className="size-3.5" aria-hidden="true" />
      {time}
    </a>
  );
}
