import {
  type JobDetail,
  MAX_PROMPT_LENGTH,
  modelChoiceSchema,
  NO_TEMPLATE,
  type RegenerateRequest,
} from '@destila/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, type SubmitEvent, useId, useState } from 'react';
import { api } from '../../lib/api.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useSettled } from '../../lib/now.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { jobKeys } from '../jobs/job-cache.ts';
import { ModelInput } from '../models/ModelInput.tsx';
import { useIsExtract } from '../models/useModels.ts';
import { TemplateOptions } from '../templates/TemplateOptions.tsx';

interface Choice {
  prompt: string;
  template: string;
  /** Blank: the one of the settings. */
  model: string;
  language: '' | 'es' | 'en';
}

/** Asks for another summary of the same words; the note stays until the person chooses the other one. */
export function RegenerateDialog({ job, onClose }: { job: JobDetail; onClose: () => void }) {
  const words = useMessages();
  const language = useLanguage();
  const client = useQueryClient();
  const id = useId();
  const [choice, setChoice] = useState<Choice>({
    prompt: job.custom_prompt ?? '',
    template: job.options.template ?? NO_TEMPLATE,
    model: job.options.model ?? '',
    language: job.output_language === 'es' || job.output_language === 'en' ? job.output_language : '',
  });
  const isExtract = useIsExtract(choice.model);
  const template = isExtract ? NO_TEMPLATE : choice.template;
  const change = (part: Partial<Choice>) => setChoice({ ...choice, ...part });
  const start = useMutation({
    mutationFn: () => api.regenerate(job.id, requestOf({ ...choice, template })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: jobKeys.operations(job.id) });
      onClose();
      scrollTo({ top: 0, behavior: 'smooth' });
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <Dialog open title={words.versions.regenerateTitle} text={words.versions.regenerateText} onClose={onClose}>
      <form onSubmit={submit} className="mt-5 flex flex-col gap-4 text-sm">
        <div>
          <label htmlFor={`${id}-prompt`} className="font-medium">
            {words.dashboard.prompt}
          </label>
          <textarea
            id={`${id}-prompt`}
            value={choice.prompt}
            maxLength={MAX_PROMPT_LENGTH}
            placeholder={words.dashboard.promptPlaceholder}
            onChange={(event) => change({ prompt: event.target.value })}
            className="control field-sizing-content mt-1.5 block max-h-48 min-h-20 w-full resize-none px-3 py-2"
          />
        </div>
        <Field id={`${id}-template`} label={words.templates.one}>
          <select
            id={`${id}-template`}
            value={template}
            disabled={isExtract}
            aria-describedby={`${id}-estimate`}
            onChange={(event) => change({ template: event.target.value })}
            className="control h-9 w-full px-2 disabled:opacity-50"
          >
            <option value={NO_TEMPLATE}>{words.templates.none}</option>
            <TemplateOptions />
          </select>
        </Field>
        <Field id={`${id}-language`} label={words.dashboard.language}>
          <select
            id={`${id}-language`}
            value={choice.language}
            onChange={({ target: { value } }) => change({ language: value === 'es' || value === 'en' ? value : '' })}
            className="control h-9 w-full px-2"
          >
            <option value="">{words.versions.ofVideo}</option>
            <option value="es">{words.settings.outputLanguages.es}</option>
            <option value="en">{words.settings.outputLanguages.en}</option>
          </select>
        </Field>
        <Field id={`${id}-model`} label={words.models.forJob}>
          <ModelInput id={`${id}-model`} value={choice.model} onChange={(model) => change({ model })} />
        </Field>
        <Estimate id={`${id}-estimate`} job={job} choice={choice} />
        {start.isError && (
          <p role="alert" className="text-danger">
            {Object.values(errorText(start.error, language)).join(' ')}
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{words.app.cancel}</Button>
          <Button type="submit" look="primary" disabled={start.isPending}>
            {words.versions.start}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Field({ id, label, children }: { id: string; label: string; children: ReactNode }) {
  return (
    <div>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="mt-1.5 [&>input]:h-9 [&>input]:w-full">{children}</div>
    </div>
  );
}

function requestOf({ prompt, template, model, language }: Choice): RegenerateRequest {
  return {
    prompt: prompt.trim() || null,
    template,
    output_language: language || null,
    model: model.trim() || null,
  };
}

/** What it would take, or why it cannot be had, before it is begun. */
function Estimate({ id, job, choice }: { id: string; job: JobDetail; choice: Choice }) {
  const words = useMessages().versions;
  const language = useLanguage();
  const model = useSettled(choice.model.trim(), 400);
  const asked = { template: choice.template, ...(model && { model }) };
  const isChoice = model === '' || modelChoiceSchema.safeParse(model).success;
  const { data, error } = useQuery({
    queryKey: ['estimate', job.id, asked],
    queryFn: ({ signal }) => api.estimate(job.id, asked, signal),
    enabled: isChoice,
    placeholderData: (previous) => (isChoice ? previous : undefined),
    retry: false,
  });
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  return (
    <p id={id} role="status" className="min-h-15 text-faint">
      {error && Object.values(errorText(error, language)).join(' ')}
      {data &&
        (data.calls === 0
          ? words.estimateNone
          : words.estimate(
              data.model,
              data.calls,
              number.format(data.input_tokens),
              number.format(data.output_tokens),
            ))}
    </p>
  );
}
