import { formatTimestamp, type JobDetail } from '@destila/contracts';
import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'radix-ui';
import { api } from '../../lib/api.ts';
import { codeText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { jobKeys } from '../jobs/job-cache.ts';
import type { Compared } from './CompareDialog.tsx';
import { SummaryPanel } from './SummaryPanel.tsx';
import { Transcript } from './Transcript.tsx';

interface SidePanelProps {
  job: JobDetail;
  time: number | null;
  onSeek: (seconds: number) => void;
  onCompare: (versions: Compared) => void;
  onRegenerate: () => void;
}

/** What the note was made from: transcript, chapters, and what happened to the job. */
export function SidePanel({ job, time, onSeek, onCompare, onRegenerate }: SidePanelProps) {
  const words = useMessages().editor;
  const hasSummary = job.summary_markdown !== null;
  const tabs = [
    'transcript',
    ...(job.chapters.length > 0 ? (['chapters'] as const) : []),
    ...(hasSummary ? (['summary'] as const) : []),
    'history',
  ] as const;
  return (
    <Tabs.Root
      defaultValue="transcript"
      className="card flex min-h-0 flex-1 flex-col overflow-hidden max-lg:max-h-[75dvh]"
    >
      <Tabs.List className="flex shrink-0 justify-between gap-0.5 overflow-x-auto border-b border-line px-1.5 py-1.5">
        {tabs.map((tab) => (
          <Tabs.Trigger
            key={tab}
            value={tab}
            className="rounded-md px-1.5 py-1.5 text-sm text-muted sm:px-2 hover:text-ink data-[state=active]:bg-hover data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {words[tab]}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="transcript" className="flex min-h-0 flex-1 flex-col" tabIndex={-1}>
        <Transcript job={job} time={time} onSeek={onSeek} />
      </Tabs.Content>
      <Tabs.Content value="chapters" className="min-h-0 flex-1 overflow-y-auto p-2" tabIndex={-1}>
        <Chapters job={job} onSeek={onSeek} />
      </Tabs.Content>
      <Tabs.Content value="summary" className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
        <SummaryPanel job={job} onCompare={onCompare} onRegenerate={onRegenerate} />
      </Tabs.Content>
      <Tabs.Content value="history" className="min-h-0 flex-1 overflow-y-auto p-4" tabIndex={-1}>
        <History id={job.id} />
      </Tabs.Content>
    </Tabs.Root>
  );
}

function Chapters({ job, onSeek }: { job: JobDetail; onSeek: (seconds: number) => void }) {
  return (
    <ol>
      {job.chapters.map((chapter) => (
        <li key={chapter.start}>
          <button
            type="button"
            onClick={() => onSeek(chapter.start)}
            className="flex w-full gap-3 rounded-md px-2 py-2 text-left text-sm hover:bg-hover"
          >
            <span className="w-12 shrink-0 text-xs leading-5 text-faint tabular-nums">
              {formatTimestamp(chapter.start)}
            </span>
            <span className="min-w-0 flex-1">{chapter.title}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function History({ id }: { id: string }) {
  const words = useMessages();
  const language = useLanguage();
  const history = useQuery({ queryKey: jobKeys.history(id), queryFn: () => api.history(id) });
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' });
  if (history.data?.length === 0) return <p className="text-sm text-muted">{words.editor.historyNone}</p>;
  return (
    <ol className="flex flex-col gap-3 text-sm">
      {history.data?.map((entry) => (
        <li key={entry.id}>
          <p>
            {[nameOf(entry.kind, words.history), entry.stage && nameOf(entry.stage, words.stages)]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <p className="text-xs text-faint tabular-nums">{time.format(new Date(entry.at))}</p>
          <Reason code={entry.detail.code ?? entry.detail.error_code} />
        </li>
      ))}
    </ol>
  );
}

function Reason({ code }: { code: unknown }) {
  const text = codeText(String(code), useLanguage());
  return text && <p className="text-xs text-muted">{text.message}</p>;
}

/** The words for a key that the server sent; what this build does not know is shown as it came. */
function nameOf(key: string, words: Record<string, string>): string {
  return words[key] ?? key;
}
