import { formatTimestamp, type SearchHit, videoLinkAt } from '@destila/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Play, Search, SearchX } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api } from '../../lib/api.ts';
import { siteOf } from '../../lib/format.ts';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useSettled } from '../../lib/now.ts';
import { buttonStyle } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { jobName, jobSource } from '../jobs/job-words.ts';
import { App, useTitle } from '../shell/App.tsx';
import { snippetParts } from './snippet.ts';

/** Milliseconds after the last key. */
const SEARCH_DELAY = 200;

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
  const [typed, setTyped] = useState(() => new URLSearchParams(location.search).get('q') ?? '');
  const q = useSettled(typed.trim(), SEARCH_DELAY);
  useEffect(() => {
    history.replaceState(null, '', q ? `?${new URLSearchParams({ q })}` : location.pathname);
  }, [q]);
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
            maxLength={400}
            aria-label={words.label}
            placeholder={words.placeholder}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="min-w-0 flex-1 bg-transparent text-base outline-none"
          />
        </label>
      </search>
      <Results q={q} />
    </div>
  );
}

function Results({ q }: { q: string }) {
  const words = useMessages().search;
  const results = useQuery({
    queryKey: ['search', q],
    queryFn: ({ signal }) => api.search(q, signal),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
  if (q === '') return <EmptyState icon={Search} title={words.startTitle} text={words.startText} />;
  if (results.isError) {
    return <Problem title={words.failed} error={results.error} onRetry={() => void results.refetch()} />;
  }
  const hits = results.data;
  return (
    <section aria-busy={results.isFetching} className="mt-6">
      <p role="status" className="min-h-5 text-sm text-faint">
        {hits && hits.length > 0 && words.results(hits.length)}
      </p>
      {hits?.length === 0 && (
        <EmptyState icon={SearchX} title={words.noneTitle(q)} text={words.noneText}>
          <a href="/jobs?status=saved" className={buttonStyle('secondary')}>
            {words.noneAction}
          </a>
        </EmptyState>
      )}
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

function Hit({ hit }: { hit: SearchHit }) {
  const language = useLanguage();
  return (
    <article className="card relative p-4 transition-colors hover:border-line-strong">
      <h2 className="font-medium">
        <a
          href={`/jobs/${hit.job_id}`}
          className="rounded-sm after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
        >
          {jobName(hit, language)}
        </a>
      </h2>
      <p className="text-sm text-faint">{[jobSource(hit, language), hit.heading].filter(Boolean).join(' · ')}</p>
      <p className="mt-2 line-clamp-3 text-sm text-pretty text-muted">
        <Snippet text={hit.snippet} />
      </p>
      {hit.start_seconds !== null && <Moment hit={hit} seconds={hit.start_seconds} />}
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

function Snippet({ text }: { text: string }) {
  return snippetParts(text).map((part) =>
    part.marked ? (
      <mark key={part.at} className="text-ink">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  );
}
