import {
  NOTION_FIELD_NAMES,
  type NotionDatabase,
  type NotionDatabaseDetail,
  type NotionField,
} from '@destila/contracts';
import { RotateCw } from 'lucide-react';
import { type SubmitEvent, useId, useState } from 'react';
import { toast } from 'sonner';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { NotionProblem } from './NotionProblem.tsx';
import { StepHeading } from './NotionStep.tsx';
import {
  addedName,
  type FieldChoice,
  fittingProperties,
  initialForm,
  isTaken,
  type MappingForm,
  requestFrom,
} from './notion-mapping.ts';
import { Row } from './Section.tsx';
import { useChooseDatabase, useNotionDatabase } from './useNotion.ts';

interface NotionMappingProps {
  database: NotionDatabase;
  isInUse: boolean;
  onBack: () => void;
  onSaved: () => void;
}

/** Which property of a database holds what of a note. */
export function NotionMapping({ database, isInUse, onBack, onSaved }: NotionMappingProps) {
  const words = useMessages();
  const detail = useNotionDatabase(database.id);
  const { title } = detail.data ?? database;
  return (
    <>
      <StepHeading title={words.notion.mapping(title || words.notion.untitled)} onBack={onBack}>
        <NotionProblem error={detail.error} />
        {detail.isError && (
          <Button look="quiet" icon={RotateCw} className="-ml-3.5 self-start" onClick={() => void detail.refetch()}>
            {words.app.retry}
          </Button>
        )}
      </StepHeading>
      {detail.isPending && <div className="skeleton m-4 h-64" />}
      {detail.data && <Fields database={detail.data} isInUse={isInUse} onSaved={onSaved} />}
    </>
  );
}

type FieldsProps = Pick<NotionMappingProps, 'isInUse' | 'onSaved'> & { database: NotionDatabaseDetail };

function Fields({ database, isInUse, onSaved }: FieldsProps) {
  const words = useMessages().notion;
  const id = useId();
  const [form, setForm] = useState<MappingForm>(() => initialForm(database, isInUse));
  const save = useChooseDatabase(() => {
    toast.success(words.saved(database.title || words.untitled));
    onSaved();
  });
  const edit = (changed: Partial<MappingForm>) => {
    setForm({ ...form, ...changed });
    save.reset();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate(requestFrom(form, database, words.added));
  };
  return (
    <form onSubmit={submit} className="divide-y divide-line">
      <Row label={words.noteTitle}>
        <span className="w-full text-sm wrap-anywhere text-muted sm:w-72">
          {database.properties.find(({ type }) => type === 'title')?.name}
        </span>
      </Row>
      {NOTION_FIELD_NAMES.map((field) => (
        <FieldRow
          key={field}
          field={field}
          database={database}
          form={form}
          onChoose={(choice) => edit({ fields: { ...form.fields, [field]: choice } })}
        />
      ))}
      <Row label={<label htmlFor={`${id}-cover`}>{words.cover}</label>}>
        <span className="sm:w-72">
          <input
            id={`${id}-cover`}
            type="checkbox"
            checked={form.cover}
            onChange={(event) => edit({ cover: event.target.checked })}
            className="block size-4 accent-accent"
          />
        </span>
      </Row>
      <div className="flex flex-wrap items-center justify-end gap-x-6 gap-y-2 px-4 py-3">
        <div className="min-w-0 flex-1 basis-60">
          <NotionProblem error={save.error} />
        </div>
        <Button type="submit" look="primary">
          {save.isPending ? words.saving : isInUse ? words.saveChanges : words.saveHere}
        </Button>
      </div>
    </form>
  );
}

interface FieldRowProps {
  field: NotionField;
  database: NotionDatabaseDetail;
  form: MappingForm;
  onChoose: (choice: FieldChoice) => void;
}

function FieldRow({ field, database: { properties }, form, onChoose }: FieldRowProps) {
  const words = useMessages().notion;
  const id = useId();
  const options = fittingProperties(properties, field).map(({ id, name }) => [`property:${id}`, name] as const);
  const choose = (value: string) =>
    onChoose(options.find(([option]) => option === value)?.[0] ?? (value === 'add' ? 'add' : 'none'));
  return (
    <Row label={<label htmlFor={id}>{words.fields[field]}</label>}>
      <select
        id={id}
        value={form.fields[field]}
        onChange={(event) => choose(event.target.value)}
        className="control h-9 w-full px-2 text-sm sm:w-72"
      >
        <option value="none">{words.leaveOut}</option>
        {options.map(([option, name]) => (
          <option key={option} value={option} disabled={isTaken(form, option, field)}>
            {name}
          </option>
        ))}
        <option value="add">{words.add(addedName(properties, words.added[field]))}</option>
      </select>
    </Row>
  );
}
