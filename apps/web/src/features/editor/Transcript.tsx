import { formatTimestamp, type JobDetail, type Segment } from '@destila/contracts';
import { Search } from 'lucide-react';
import { memo, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { folded, markedParts } from './find-text.ts';
import { lineAt } from './line-at.ts';
import { TranscriptDownload } from './TranscriptDownload.tsx';

interface TranscriptProps {
  job: JobDetail;
  /** Where the video is, in seconds; null while it is not playing here. */
  time: number | null;
  onSeek: (seconds: number) => void;
}

/** Every word that was said, each with its moment. */
export function Transcript({ job, time, onSeek }: TranscriptProps) {
  const words = useMessages().editor;
  const [typed, setTyped] = useState('');
  const q = folded(useDeferredValue(typed.trim()));
  const found = useMemo(
    () => (q ? job.segments.filter((segment) => folded(segment.text).includes(q)) : job.segments),
    [job.segments, q],
  );
  const current = time === null ? null : (lineAt(job.segments, time)?.id ?? null);
  const list = useRef<HTMLOListElement>(null);
  useFollow(list.current, q ? null : current);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words are other lines, read from the first on.
  useEffect(() => {
    list.current?.scrollTo({ top: 0 });
  }, [q]);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center border-b border-line pr-2">
        <label className="flex min-w-0 flex-1 items-center gap-2 py-2.5 pl-4 text-sm">
          <Search className="size-4 shrink-0 text-faint" aria-hidden="true" />
          <input
            type="search"
            aria-label={words.transcriptSearch}
            placeholder={words.transcriptSearch}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="min-w-0 flex-1 bg-transparent outline-none"
          />
          <span role="status" className="shrink-0 text-xs text-faint">
            {q && words.transcriptMatches(found.length)}
          </span>
        </label>
        {job.segments.length > 0 && <TranscriptDownload jobId={job.id} />}
      </div>
      {found.length === 0 && <p className="p-4 text-sm text-muted">{words.transcriptNone}</p>}
      <ol ref={list} className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-2" aria-label={words.transcript}>
        {found.map((segment) => (
          <Line key={segment.id} segment={segment} q={q} current={segment.id === current} onSeek={onSeek} />
        ))}
      </ol>
    </div>
  );
}

interface LineProps {
  segment: Segment;
  q: string;
  current: boolean;
  onSeek: (seconds: number) => void;
}

/** A four-hour video has thousands of lines: those out of sight are not laid out, and only the two that change render. */
const Line = memo(function Line({ segment, q, current, onSeek }: LineProps) {
  const words = useMessages().editor;
  const time = formatTimestamp(segment.start);
  return (
    <li
      data-segment={segment.id}
      aria-current={current ? 'true' : undefined}
      className="flex gap-2 rounded-md p-1.5 text-sm [contain-intrinsic-size:auto_3rem] [content-visibility:auto] aria-[current]:bg-accent-soft"
    >
      <button
        type="button"
        aria-label={words.goTo(time)}
        onClick={() => onSeek(segment.start)}
        className="h-6 w-13 shrink-0 rounded px-1 text-left text-xs text-faint tabular-nums hover:bg-hover hover:text-accent"
      >
        {time}
      </button>
      <p className="min-w-0 flex-1 leading-6">
        {segment.speaker && <span className="font-medium">{segment.speaker}: </span>}
        {markedParts(segment.text, q).map((part) => (part.marked ? <mark key={part.at}>{part.text}</mark> : part.text))}
      </p>
    </li>
  );
});

/** Keeps the line being said in view, without moving the page. */
function useFollow(list: HTMLElement | null, current: number | null): void {
  useEffect(() => {
    if (!list || current === null || list.matches(':hover, :focus-within')) return;
    const line = list.querySelector<HTMLElement>(`[data-segment="${current}"]`);
    if (line) list.scrollTo({ top: line.offsetTop - list.offsetTop - list.clientHeight / 3, behavior: 'smooth' });
  }, [list, current]);
}
