import { MAX_TEMPLATE_LENGTH, type SummaryTemplate } from '@destila/contracts';
import { useQuery } from '@tanstack/react-query';
import { Plus, Trash } from 'lucide-react';
import { type SubmitEvent, useId, useState } from 'react';
import { toast } from 'sonner';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TemplateOptions } from '../templates/TemplateOptions.tsx';
import { templateName, useTemplateActions, useTemplates } from '../templates/useTemplates.ts';
import { Row, Section } from './Section.tsx';
import { settingsQuery } from './settings-query.ts';
import { useEditSettings } from './useEditSettings.ts';

interface Draft {
  /** Null for a new one. */
  id: string | null;
  name: string;
  instructions: string;
}

/** How summaries are laid out: the ways that are built in, and the person's own. */
export function Templates() {
  const words = useMessages().templates;
  const language = useLanguage();
  const templates = useTemplates();
  const [draft, setDraft] = useState<Draft | null>(null);
  const open = (template: SummaryTemplate) => {
    const name = templateName(template, language);
    setDraft(
      template.is_built_in
        ? { id: null, name: words.copyOf(name), instructions: template.instructions }
        : { id: template.id, name, instructions: template.instructions },
    );
  };
  const add = (
    <Button icon={Plus} onClick={() => setDraft({ id: null, name: '', instructions: '' })}>
      {words.add}
    </Button>
  );
  return (
    <Section title={words.title} action={add}>
      <DefaultTemplate />
      {templates.data?.map((template) => (
        <TemplateRow key={template.id} template={template} onOpen={() => open(template)} />
      ))}
      {draft && <TemplateDialog draft={draft} onClose={() => setDraft(null)} />}
    </Section>
  );
}

function DefaultTemplate() {
  const words = useMessages().templates;
  const id = useId();
  const settings = useQuery(settingsQuery).data;
  const edit = useEditSettings();
  return (
    <Row label={<label htmlFor={id}>{words.byDefault}</label>}>
      <select
        id={id}
        value={settings?.template ?? ''}
        disabled={!settings}
        onChange={({ target: { value } }) => edit({ template: value || null })}
        className="control h-9 max-w-full px-2 text-sm"
      >
        <option value="">{words.none}</option>
        <TemplateOptions />
      </select>
    </Row>
  );
}

function TemplateRow({ template, onOpen }: { template: SummaryTemplate; onOpen: () => void }) {
  const words = useMessages().templates;
  const name = templateName(template, useLanguage());
  const { remove } = useTemplateActions();
  return (
    <div className="flex min-h-13 items-center gap-2 py-1.5 pr-2 pl-4">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm">{name}</p>
        {template.is_built_in && <p className="text-xs text-faint">{words.isBuiltIn}</p>}
      </div>
      <Button
        look="quiet"
        aria-label={template.is_built_in ? words.adaptOne(name) : words.editOne(name)}
        onClick={onOpen}
      >
        {template.is_built_in ? words.adapt : words.edit}
      </Button>
      {!template.is_built_in && (
        <IconButton
          icon={Trash}
          label={words.removeOne(name)}
          onClick={() => remove.mutate(template.id, { onSuccess: () => toast(words.removed) })}
        />
      )}
    </div>
  );
}

function TemplateDialog({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const words = useMessages();
  const id = useId();
  const { add, edit } = useTemplateActions();
  const [name, setName] = useState(draft.name);
  const [instructions, setInstructions] = useState(draft.instructions);
  const isComplete = name.trim() !== '' && instructions.trim() !== '';
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    const done = { onSuccess: onClose };
    if (draft.id === null) add.mutate({ name, instructions }, done);
    else edit.mutate({ id: draft.id, name, instructions }, done);
  };
  return (
    <Dialog
      open
      title={draft.id === null ? words.templates.newTitle : words.templates.editTitle}
      text={words.templates.help}
      onClose={onClose}
    >
      <form onSubmit={submit} className="mt-5 flex flex-col gap-4 text-sm">
        <div>
          <label htmlFor={`${id}-name`} className="font-medium">
            {words.templates.name}
          </label>
          <input
            id={`${id}-name`}
            value={name}
            maxLength={80}
            onChange={(event) => setName(event.target.value)}
            className="control mt-1.5 h-9 w-full px-3"
          />
        </div>
        <div>
          <label htmlFor={`${id}-instructions`} className="font-medium">
            {words.templates.instructions}
          </label>
          <textarea
            id={`${id}-instructions`}
            value={instructions}
            maxLength={MAX_TEMPLATE_LENGTH}
            placeholder={words.templates.instructionsPlaceholder}
            onChange={(event) => setInstructions(event.target.value)}
            className="control field-sizing-content mt-1.5 block max-h-72 min-h-40 w-full resize-none px-3 py-2"
          />
        </div>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{words.app.cancel}</Button>
          <Button type="submit" look="primary" disabled={!isComplete || add.isPending || edit.isPending}>
            {words.templates.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
