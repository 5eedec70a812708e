import type { NotionDatabase } from '@destila/contracts';
import { ChevronRight, RotateCw, Search } from 'lucide-react';
import { useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { NotionProblem } from './NotionProblem.tsx';
import { StepHeading } from './NotionStep.tsx';
import { useNotionDatabases } from './useNotion.ts';

/** Beyond these, a title is looked for rather than found by eye. */
const FEW = 8;

interface NotionDatabasesProps {
  /** Null while the person has chosen none. */
  inUse: NotionDatabase | null;
  onChoose: (database: NotionDatabase) => void;
  onBack: () => void;
}

/** Which database, among those that the token sees. */
export function NotionDatabases({ inUse, onChoose, onBack }: NotionDatabasesProps) {
  const words = useMessages().notion;
  const list = useNotionDatabases();
  return (
    <>
      <StepHeading title={words.choose} onBack={inUse ? onBack : undefined}>
        {inUse && <p className="text-muted">{words.savedStay}</p>}
        {list.data?.length === 0 && <p className="text-muted">{words.noDatabases}</p>}
        <NotionProblem error={list.error} />
      </StepHeading>
      {list.isPending && <div className="skeleton m-4 h-24" />}
      {list.data && list.data.length > 0 && <Choices databases={list.data} inUse={inUse} onChoose={onChoose} />}
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 py-2.5 pr-0.5 pl-4 text-sm text-muted">
        <p className="min-w-0 flex-1 basis-64">{list.data && words.shareHint}</p>
        <Button look="quiet" className="max-sm:-ml-3.5" icon={RotateCw} onClick={() => void list.refetch()}>
          {list.isFetching ? words.looking : words.lookAgain}
        </Button>
      </div>
    </>
  );
}

function Choices({
  databases,
  inUse,
  onChoose,
}: Omit<NotionDatabasesProps, 'onBack'> & { databases: NotionDatabase[] }) {
  const words = useMessages().notion;
  const [q, setQ] = useState('');
  const matching = databases.filter(({ title }) => folded(title).includes(folded(q)));
  return (
    <div>
      {databases.length > FEW && (
        <label className="flex items-center gap-2 border-b border-line px-4 text-faint">
          <Search className="size-4 shrink-0" aria-hidden="true" />
          <input
            type="search"
            value={q}
            aria-label={words.filter}
            placeholder={words.filter}
            onChange={(event) => setQ(event.target.value)}
            className="h-11 min-w-0 flex-1 bg-transparent text-sm text-ink outline-none"
          />
        </label>
      )}
      <ul className="max-h-96 divide-y divide-line overflow-y-auto">
        {matching.map((database) => (
          <li key={database.id}>
            <button
              type="button"
              aria-current={database.id === inUse?.id}
              onClick={() => onChoose(database)}
              className="flex min-h-11 w-full items-center gap-3 px-4 py-2 text-left text-sm transition-colors hover:bg-hover focus-visible:-outline-offset-2"
            >
              <span className={`min-w-0 flex-1 truncate ${database.title ? '' : 'text-muted'}`}>
                {database.title || words.untitled}
              </span>
              {database.id === inUse?.id && <span className="text-xs text-muted">{words.inUse}</span>}
              <ChevronRight className="size-4 shrink-0 text-faint" aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      <p role="status" className={matching.length === 0 ? 'px-4 py-3 text-sm text-muted' : 'sr-only'}>
        {matching.length === 0 && words.noMatch}
      </p>
    </div>
  );
}

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase();
}
