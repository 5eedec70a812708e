import { NOTION_FIELD_NAMES, type NotionDatabase, type NotionDatabaseDetail } from '@destila/contracts';
import { CircleCheck, CircleX, ExternalLink, RotateCw } from 'lucide-react';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { NotionProblem } from './NotionProblem.tsx';
import { lostFields, mappedProperty } from './notion-mapping.ts';
import { Row } from './Section.tsx';
import { useNotionDatabase, useTakeCategories } from './useNotion.ts';

interface NotionInUseProps {
  database: NotionDatabase;
  /** The person has this moment chosen it, or what it holds. */
  justSaved: boolean;
  onChange: () => void;
  onEdit: () => void;
}

/** Where notes go. Notion is asked whether it still is so. */
export function NotionInUse({ database, justSaved, onChange, onEdit }: NotionInUseProps) {
  const words = useMessages();
  const detail = useNotionDatabase(database.id);
  const known = detail.data ?? database;
  const title = known.title || words.notion.untitled;
  return (
    <>
      {justSaved && (
        <p className="flex items-center gap-2 px-4 py-3 text-sm text-good">
          <CircleCheck className="size-4 shrink-0" aria-hidden="true" />
          {words.notion.saved(title)}
        </p>
      )}
      <Row label={words.notion.database}>
        <span className="flex min-w-0 items-center gap-3">
          <DatabaseLink url={known.url} title={title} />
          <Button onClick={onChange}>{words.notion.change}</Button>
        </span>
      </Row>
      {detail.data && <Properties database={detail.data} onEdit={onEdit} />}
      {detail.isPending && <div className="skeleton m-4 h-5" />}
      {detail.isError && (
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-2.5">
          <div className="min-w-0 flex-1 basis-60">
            <NotionProblem error={detail.error} />
          </div>
          <Button icon={RotateCw} onClick={() => void detail.refetch()}>
            {words.app.retry}
          </Button>
        </div>
      )}
    </>
  );
}

function DatabaseLink({ url, title }: { url: string; title: string }) {
  if (!url.startsWith('https://')) return <span className="min-w-0 truncate text-sm">{title}</span>;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className="inline-flex min-w-0 items-center gap-1.5 text-sm font-medium text-accent hover:underline"
    >
      <span className="truncate">{title}</span>
      <ExternalLink className="size-3.5 shrink-0" aria-hidden="true" />
    </a>
  );
}

/** What of a note the database holds, by the names of its properties. */
function Properties({ database, onEdit }: { database: NotionDatabaseDetail; onEdit: () => void }) {
  const words = useMessages().notion;
  const take = useTakeCategories();
  const names = NOTION_FIELD_NAMES.flatMap((field) => mappedProperty(database, field)?.name ?? []);
  const category = mappedProperty(database, 'category')?.name;
  const lost = lostFields(database).map((field) => words.fields[field]);
  return (
    <>
      <div className="flex min-h-13 flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-2.5 text-sm">
        <div className="min-w-0 flex-1 basis-48">
          {words.properties}
          <p className="text-xs wrap-anywhere text-muted">{names.join(' · ') || words.titleOnly}</p>
          {lost.length > 0 && (
            <p className="mt-1 flex gap-1.5 text-xs text-danger">
              <CircleX className="size-4 shrink-0" aria-hidden="true" />
              {words.lost(lost.join(', '))}
            </p>
          )}
        </div>
        <Button onClick={onEdit}>{words.edit}</Button>
      </div>
      {category && (
        <div className="flex min-h-13 flex-wrap items-center justify-between gap-x-6 gap-y-2 py-2.5 pr-0.5 pl-4 text-sm">
          <div className="min-w-0 flex-1 basis-60">
            {words.categories}
            <p className="text-xs wrap-anywhere text-muted">{words.categoriesOf(category)}</p>
          </div>
          <Button look="quiet" className="max-sm:-ml-3.5" onClick={() => take.isPending || take.mutate()}>
            {words.take}
          </Button>
        </div>
      )}
    </>
  );
}
