import { PLAYLIST_LIMIT, type PlaylistEntry, type PlaylistPreview as Preview } from '@destila/contracts';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, Film, Search } from 'lucide-react';
import { type SubmitEvent, useEffect, useId, useRef, useState } from 'react';
import { ApiError, api } from '../../lib/api.ts';
import { roughly } from '../../lib/format.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useNow } from '../../lib/now.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Problem } from '../../ui/Problem.tsx';
import type { AddOptions } from './add-options.ts';
import { OptionFields, OptionsToggle } from './OptionFields.tsx';
import { PlaylistEntries } from './PlaylistEntries.tsx';
import { defaultSelection, matching, totalDuration, withEntries } from './playlist-selection.ts';
import type { VideoToAdd } from './useEnqueue.ts';

/** Entries that are read at first: a site gives some thirty a request. */
const FIRST_LOOK = 200;

interface PlaylistPreviewProps {
  url: string;
  options: AddOptions;
  onOptions: (options: AddOptions) => void;
  onAdd: (videos: VideoToAdd[]) => void;
  onClose: () => void;
}

/** What a playlist, a channel or a feed holds; nothing is queued before the person has chosen. */
export function PlaylistPreview({ url, onClose, ...rest }: PlaylistPreviewProps) {
  const words = useMessages().playlist;
  // A channel's list of playlists leads on to each of them.
  const [path, setPath] = useState([url]);
  const [limit, setLimit] = useState(FIRST_LOOK);
  const here = path.at(-1) ?? url;
  const list = useList(here, limit);
  const go = (next: string[]) => {
    setLimit(FIRST_LOOK);
    setPath(next);
  };
  return (
    <Dialog size="wide" open title={list.data?.title ?? words.title} onClose={onClose}>
      {path.length > 1 && (
        <Button look="quiet" icon={ArrowLeft} className="-ml-2 self-start" onClick={() => go(path.slice(0, -1))}>
          {words.back}
        </Button>
      )}
      {list.isPending && <Loading />}
      {list.isError && !list.data && (
        <Unread
          error={list.error}
          onRetry={() => void list.refetch()}
          onAddAsVideo={() => rest.onAdd([{ url: here }])}
        />
      )}
      {list.data && (
        <Chooser
          {...rest}
          key={here}
          list={list.data}
          isReadingOn={list.isFetching}
          onMore={limit < PLAYLIST_LIMIT ? () => setLimit(PLAYLIST_LIMIT) : null}
          onOpen={(next) => go([...path, next])}
        />
      )}
    </Dialog>
  );
}

function useList(url: string, limit: number) {
  return useQuery({
    queryKey: ['playlist', url, limit],
    queryFn: ({ signal }) => api.previewPlaylist({ url, limit }, signal),
    // The first look stays in view while more is read.
    placeholderData: (previous, query) => (query?.queryKey[1] === url ? previous : undefined),
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}

/** A single video is no list, but what the person wants can be done. */
function Unread({ error, onRetry, onAddAsVideo }: { error: Error; onRetry: () => void; onAddAsVideo: () => void }) {
  const words = useMessages().playlist;
  const { message } = errorText(error, useLanguage());
  if (!(error instanceof ApiError && error.code === 'not_a_playlist')) {
    return <Problem title={words.failed} error={error} onRetry={onRetry} />;
  }
  return (
    <div role="alert">
      <EmptyState icon={Film} title={message} text={words.singleVideo}>
        <Button look="primary" onClick={onAddAsVideo}>
          {words.asVideo}
        </Button>
      </EmptyState>
    </div>
  );
}

/** Seconds after which it is worth saying that it goes on. */
const LONG = 4;

function Loading() {
  const words = useMessages().playlist;
  const [begun] = useState(Date.now);
  const seconds = Math.floor((useNow(1_000) - begun) / 1_000);
  return (
    <div className="mt-4 flex flex-col gap-3">
      <p className="text-sm text-muted tabular-nums">
        {/* Said once; the seconds are for the eye alone. */}
        <span role="status" className={seconds < LONG ? '' : 'sr-only'}>
          {words.loading}
        </span>
        {seconds >= LONG && <span aria-hidden="true">{words.loadingLong(roughly(seconds))}</span>}
      </p>
      {['w-4/5', 'w-3/5', 'w-2/3', 'w-1/2', 'w-3/4', 'w-3/5', 'w-1/2', 'w-2/3', 'w-3/5', 'w-2/5'].map(
        (width, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they never move.
          <div key={index} aria-hidden="true" className="flex items-center gap-3 py-1.5">
            <div className="skeleton size-4 shrink-0" />
            <div className={`skeleton h-4 ${width}`} />
          </div>
        ),
      )}
    </div>
  );
}

interface ChooserProps extends Pick<PlaylistPreviewProps, 'options' | 'onOptions' | 'onAdd'> {
  list: Preview;
  isReadingOn: boolean;
  /** Null where there is no more to be had. */
  onMore: (() => void) | null;
  onOpen: (url: string) => void;
}

function Chooser({ list, isReadingOn, onMore, onOpen, options, onOptions, onAdd }: ChooserProps) {
  const words = useMessages().playlist;
  // Until the person chooses, what is chosen follows from the list.
  const [picked, setPicked] = useState<ReadonlySet<string> | null>(null);
  const [filter, setFilter] = useState('');
  const [optionsOpen, setOptionsOpen] = useState(false);
  const optionsId = useId();
  const form = useRef<HTMLFormElement>(null);
  const selection = picked ?? defaultSelection(list.entries);
  const shown = matching(list.entries, filter);
  const selected = list.entries.filter(({ url }) => selection.has(url));
  const pick = (entries: readonly PlaylistEntry[], on: boolean) => setPicked(withEntries(selection, entries, on));

  // The keyboard goes on in the list, not at the button that closes it.
  useEffect(() => form.current?.querySelector<HTMLElement>('li input:enabled')?.focus(), []);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (selected.length > 0) onAdd(selected.map(({ url, title }) => ({ url, title })));
  };
  return (
    <form ref={form} onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
      <Facts list={list} isReadingOn={isReadingOn} onMore={onMore} />
      <div className="mt-4 flex flex-wrap items-center gap-2">
        <Filter value={filter} onChange={setFilter} />
        <Button aria-label={words.selectAll} onClick={() => pick(shown, true)}>
          {words.all}
        </Button>
        <Button aria-label={words.selectNone} onClick={() => pick(shown, false)}>
          {words.none}
        </Button>
      </div>
      {shown.length === 0 ? (
        <p className="flex-1 py-10 text-center text-sm text-muted">
          {list.entries.length > 0 ? words.noMatch : words.empty}
        </p>
      ) : (
        <PlaylistEntries entries={shown} selection={selection} onPick={pick} onOpen={onOpen} />
      )}
      <div id={optionsId} hidden={!optionsOpen} className="border-t border-line py-3">
        <OptionFields options={options} onChange={onOptions} />
      </div>
      <div className="-mb-1 flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line pt-3">
        <OptionsToggle
          options={options}
          open={optionsOpen}
          onToggle={() => setOptionsOpen(!optionsOpen)}
          controls={optionsId}
        />
        <Selected entries={selected} />
        <Button type="submit" look="primary" disabled={selected.length === 0} className="max-sm:w-full">
          {selected.length > 0 ? words.add(selected.length) : words.addNone}
        </Button>
      </div>
    </form>
  );
}

/** Whose it is and how much of it is in view. */
function Facts({ list, isReadingOn, onMore }: Pick<ChooserProps, 'list' | 'isReadingOn' | 'onMore'>) {
  const words = useMessages().playlist;
  const language = useLanguage();
  const { channel, entries, total, truncated } = list;
  const number = (n: number) => new Intl.NumberFormat(language).format(n);
  const whole = truncated ? words.first(number(entries.length)) : words.count(number(entries.length));
  const amount =
    truncated && total !== null && total > entries.length
      ? words.countOf(number(entries.length), number(total))
      : whole;
  return (
    <p className="mt-1 flex min-h-6 shrink-0 flex-wrap items-center gap-x-3 pr-8 text-sm text-muted">
      {[channel, amount].filter(Boolean).join(' · ')}
      {truncated && onMore && (
        <button
          type="button"
          onClick={onMore}
          disabled={isReadingOn}
          className="font-medium text-accent hover:underline disabled:opacity-50"
        >
          {words.more(PLAYLIST_LIMIT)}
        </button>
      )}
      {isReadingOn && <span role="status">{words.loading}</span>}
    </p>
  );
}

function Filter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const words = useMessages().playlist;
  return (
    <label className="control flex h-9 min-w-0 flex-1 items-center gap-2 px-3 text-sm max-sm:basis-full">
      <Search className="size-4 shrink-0 text-faint" aria-hidden="true" />
      <input
        type="search"
        aria-label={words.filter}
        placeholder={words.filter}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        // Enter here would add everything.
        onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
        className="min-w-0 flex-1 bg-transparent outline-none"
      />
    </label>
  );
}

function Selected({ entries }: { entries: readonly PlaylistEntry[] }) {
  const words = useMessages().playlist;
  const { seconds, exact } = totalDuration(entries);
  const time = exact ? roughly(seconds) : words.atLeast(roughly(seconds));
  return (
    <p role="status" className="text-sm text-muted tabular-nums">
      {[words.selected(entries.length), seconds > 0 && time].filter(Boolean).join(' · ')}
    </p>
  );
}
