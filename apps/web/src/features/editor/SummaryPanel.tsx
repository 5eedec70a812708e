import type { JobDetail, RevisionItem, SummaryFacts } from '@destila/contracts';
import { RefreshCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { percent } from '../../lib/format.ts';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { useTemplateName } from '../templates/useTemplates.ts';
import type { Compared } from './CompareDialog.tsx';
import { revisionInUse, useRegeneration, useRevisions } from './useVersions.ts';
import { stretches, summarizerName, versionName, versionOrigin } from './version-words.ts';

interface SummaryPanelProps {
  job: JobDetail;
  onCompare: (versions: Compared) => void;
  onRegenerate: () => void;
}

/** How the summary was made, how much of the video it speaks of, and the versions there are of it. */
export function SummaryPanel({ job, onCompare, onRegenerate }: SummaryPanelProps) {
  const words = useMessages().versions;
  const isUnderWay = useRegeneration(job)?.status === 'waiting';
  return (
    <div className="flex flex-col gap-5 p-4 text-sm">
      <Facts job={job} />
      <Button icon={RefreshCw} onClick={onRegenerate} disabled={isUnderWay}>
        {words.regenerate}
      </Button>
      <Versions job={job} onCompare={onCompare} />
    </div>
  );
}

function Facts({ job }: { job: JobDetail }) {
  const words = useMessages().versions;
  const language = useLanguage();
  const facts = job.summary_facts;
  const templateName = useTemplateName(facts?.template ?? null);
  const number = new Intl.NumberFormat(language);
  return (
    <>
      {facts && <Gaps facts={facts} />}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        <Fact name={words.facts.writtenBy}>{summarizerName(job.summarized_by, language)}</Fact>
        <Fact name={words.facts.covers}>
          {facts && facts.coverage !== null && words.ofTheVideo(percent(facts.coverage, language))}
        </Fact>
        <Fact name={words.facts.template}>{templateName}</Fact>
        <Fact name={words.facts.tokens}>
          {facts?.usage &&
            words.usage(
              number.format(facts.usage.input_tokens),
              number.format(facts.usage.output_tokens),
              facts.usage.calls,
            )}
        </Fact>
        <Fact name={words.facts.dropped}>{facts && words.dropped(facts.dropped_citations, facts.dropped_quotes)}</Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </>
  );
}

/** What the summary says nothing of, or only in the video's own sentences. */
function Gaps({ facts: { missing, extracted } }: { facts: SummaryFacts }) {
  const words = useMessages().versions;
  if (missing.length + extracted.length === 0) return null;
  return (
    <div className="flex gap-2.5 rounded-lg bg-warning-soft p-3">
      <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warning" aria-hidden="true" />
      <div>
        {missing.length > 0 && <p>{words.missing(stretches(missing))}</p>}
        {extracted.length > 0 && <p>{words.extracted(stretches(extracted))}</p>}
      </div>
    </div>
  );
}

function Versions({ job, onCompare }: Pick<SummaryPanelProps, 'job' | 'onCompare'>) {
  const words = useMessages().versions;
  const revisions = useRevisions(job.id).data;
  if (!revisions) return null;
  const inUse = revisionInUse(revisions);
  return (
    <section aria-label={words.title}>
      <h3 className="font-medium">{words.title}</h3>
      <ol className="mt-1">
        {revisions.map((revision) => (
          <Version key={revision.id} revision={revision} isInUse={revision === inUse} onCompare={onCompare} />
        ))}
      </ol>
    </section>
  );
}

interface VersionProps {
  revision: RevisionItem;
  isInUse: boolean;
  onCompare: SummaryPanelProps['onCompare'];
}

function Version({ revision, isInUse, onCompare }: VersionProps) {
  const words = useMessages().versions;
  const language = useLanguage();
  const name = versionName(revision, language);
  return (
    <li className="flex items-center gap-2 border-b border-line py-2 last:border-0">
      <div className="min-w-0 flex-1">
        <p>{name}</p>
        <p className="text-xs text-faint wrap-anywhere">{versionOrigin(revision, language)}</p>
      </div>
      {isInUse ? (
        <span className="rounded-full bg-accent-soft px-2 py-0.5 text-xs font-medium text-accent">{words.inUse}</span>
      ) : (
        <Button
          look="quiet"
          className="px-2.5"
          aria-label={words.compareOne(name)}
          onClick={() => onCompare({ before: null, after: revision.id })}
        >
          {words.compare}
        </Button>
      )}
    </li>
  );
}
