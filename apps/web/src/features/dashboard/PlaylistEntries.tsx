import { formatTimestamp, isSelectable, type PlaylistEntry } from '@destila/contracts';
import { ExternalLink, ListVideo } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, useRef, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';

interface PlaylistEntriesProps {
  entries: readonly PlaylistEntry[];
  selection: ReadonlySet<string>;
  onPick: (entries: readonly PlaylistEntry[], selected: boolean) => void;
  onOpen: (url: string) => void;
}

/** One stop of the Tab key: the arrows move between the videos, the space bar chooses, Shift with a click chooses a stretch. */
export function PlaylistEntries({ entries, selection, onPick, onOpen }: PlaylistEntriesProps) {
  const words = useMessages().playlist;
  const list = useRef<HTMLUListElement>(null);
  const lastClicked = useRef<string | null>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const choosable = entries.filter(isSelectable);
  const tabStop = choosable.find(({ url }) => url === current) ?? choosable[0];

  const onKeyDown = (event: KeyboardEvent) => {
    const boxes = [...(list.current?.querySelectorAll<HTMLInputElement>('input:enabled') ?? [])];
    const here = boxes.findIndex((box) => box.matches(':focus'));
    const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: boxes.length - 1 }[event.key];
    if (here === -1 || there === undefined) return;
    event.preventDefault();
    boxes[there]?.focus();
  };
  const onClick = (entry: PlaylistEntry, event: MouseEvent<HTMLInputElement>) => {
    const on = event.currentTarget.checked;
    const from = entries.findIndex(({ url }) => url === lastClicked.current);
    const to = entries.indexOf(entry);
    lastClicked.current = entry.url;
    const isStretch = event.shiftKey && from !== -1;
    onPick(isStretch ? entries.slice(Math.min(from, to), Math.max(from, to) + 1) : [entry], on);
  };
  return (
    <ul
      ref={list}
      aria-label={words.entries}
      onKeyDown={onKeyDown}
      className="relative -mx-2 mt-2 min-h-40 flex-1 overflow-y-auto overscroll-contain py-1"
    >
      {entries.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries without an address have nothing else that tells them apart.
        <li key={`${index} ${entry.url}`} className="flex items-center gap-2 rounded-lg pr-2 hover:bg-hover">
          <label className="flex min-w-0 flex-1 items-start gap-3 py-2 pl-2 text-sm select-none has-disabled:text-faint">
            <input
              type="checkbox"
              checked={selection.has(entry.url)}
              disabled={!isSelectable(entry)}
              tabIndex={entry === tabStop ? 0 : -1}
              onFocus={() => setCurrent(entry.url)}
              onChange={() => {}}
              onClick={(event) => onClick(entry, event)}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <Description entry={entry} />
          </label>
          {entry.job_id !== null && <InLibrary entry={entry} jobId={entry.job_id} />}
          {entry.kind === 'playlist' && (
            <Button
              look="quiet"
              icon={ListVideo}
              aria-label={words.openListOf(entry.title ?? words.untitled)}
              onClick={() => onOpen(entry.url)}
            >
              {words.openList}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Description({ entry }: { entry: PlaylistEntry }) {
  const words = useMessages().playlist;
  const note = entry.kind === 'video' ? null : words.kinds[entry.kind];
  const hasOwnName = entry.kind !== 'private' && entry.kind !== 'deleted';
  return (
    <>
      <span className="min-w-0 flex-1">
        <span className="line-clamp-2 wrap-anywhere">{hasOwnName ? (entry.title ?? words.untitled) : note}</span>
        {hasOwnName && note && <span className="text-xs text-faint">{note}</span>}
        {entry.job_id !== null && <span className="text-xs text-faint sm:hidden">{words.inLibrary}</span>}
      </span>
      <span className="shrink-0 text-muted tabular-nums">
        {hasOwnName && entry.duration !== null && formatTimestamp(entry.duration)}
      </span>
    </>
  );
}

function InLibrary({ entry, jobId }: { entry: PlaylistEntry; jobId: string }) {
  const words = useMessages().playlist;
  return (
    <a
      href={`/jobs/${jobId}`}
      target="_blank"
      rel="noopener"
      aria-label={words.openJob(entry.title ?? words.untitled)}
      className="inline-flex h-8 shrink-0 items-center gap-1 text-xs font-medium text-accent hover:underline"
    >
      <span className="max-sm:hidden">{words.inLibrary}</span>
      <ExternalLink className="size-3.5" aria-hidden="true" />
    </a>
  );
}
