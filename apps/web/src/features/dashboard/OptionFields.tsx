import { MAX_PROMPT_LENGTH, NO_TEMPLATE } from '@destila/contracts';
import { SlidersHorizontal } from 'lucide-react';
import { useId } from 'react';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { ModelInput } from '../models/ModelInput.tsx';
import { TemplateOptions } from '../templates/TemplateOptions.tsx';
import type { AddOptions } from './add-options.ts';

interface OptionFieldsProps {
  options: AddOptions;
  onChange: (options: AddOptions) => void;
}

/** On a phone, the names stand at the left, and what is chosen at the right. */
const FIELD = 'flex min-w-0 items-center gap-2 text-muted max-sm:justify-between';

/** Instructions, language and where the words come from, for every video that is added. */
export function OptionFields({ options, onChange }: OptionFieldsProps) {
  const { dashboard: words, models, templates } = useMessages();
  const id = useId();
  return (
    <div className="flex flex-col gap-3 text-sm">
      <Prompt value={options.prompt} onChange={(prompt) => onChange({ ...options, prompt })} />
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3 max-sm:flex-col max-sm:items-stretch">
        <label htmlFor={`${id}-language`} className={FIELD}>
          {words.language}
          <select
            id={`${id}-language`}
            value={options.language ?? ''}
            onChange={({ target: { value } }) =>
              onChange({ ...options, language: value === 'es' || value === 'en' ? value : null })
            }
            className="control h-8 min-w-0 px-2 text-ink max-sm:w-44 max-sm:shrink-0"
          >
            <option value="">{words.languages.settings}</option>
            <option value="es">{words.languages.es}</option>
            <option value="en">{words.languages.en}</option>
          </select>
        </label>
        <label htmlFor={`${id}-template`} className={FIELD}>
          {templates.one}
          <select
            id={`${id}-template`}
            value={options.template ?? ''}
            onChange={({ target: { value } }) => onChange({ ...options, template: value || null })}
            className="control h-8 min-w-0 px-2 text-ink max-sm:w-44 max-sm:shrink-0"
          >
            <option value="">{templates.ofSettings}</option>
            <option value={NO_TEMPLATE}>{templates.none}</option>
            <TemplateOptions />
          </select>
        </label>
        <label className="flex items-center gap-2 text-muted">
          <input
            type="checkbox"
            checked={options.speech}
            onChange={(event) => onChange({ ...options, speech: event.target.checked })}
            className="size-4 shrink-0 accent-accent"
          />
          {words.fromSpeech}
        </label>
        <span className={`${FIELD} flex-wrap max-sm:[&_input]:w-44`}>
          <label htmlFor={`${id}-model`}>{models.forJob}</label>
          <ModelInput id={`${id}-model`} value={options.model} onChange={(model) => onChange({ ...options, model })} />
        </span>
      </div>
    </div>
  );
}

function Prompt({ value, onChange }: { value: string; onChange: (prompt: string) => void }) {
  const words = useMessages().dashboard;
  const language = useLanguage();
  const id = useId();
  const left = MAX_PROMPT_LENGTH - value.length;
  return (
    <div>
      <label htmlFor={id} className="font-medium">
        {words.prompt}
      </label>
      <textarea
        id={id}
        value={value}
        maxLength={MAX_PROMPT_LENGTH}
        placeholder={words.promptPlaceholder}
        onChange={(event) => onChange(event.target.value)}
        className="field-sizing-content mt-1 block max-h-72 min-h-12 w-full resize-none bg-transparent outline-none"
      />
      {left < 500 && (
        <p className="text-xs text-faint">{words.promptLeft(new Intl.NumberFormat(language).format(left))}</p>
      )}
    </div>
  );
}

interface OptionsToggleProps {
  options: AddOptions;
  open: boolean;
  onToggle: () => void;
  /** The id of what it opens. */
  controls: string;
}

/** Says how many options are set while they are out of sight. */
export function OptionsToggle({ options, open, onToggle, controls }: OptionsToggleProps) {
  const words = useMessages().dashboard;
  const set = [
    options.prompt.trim() !== '',
    options.language !== null,
    options.speech,
    options.template !== null,
    options.model.trim() !== '',
  ].filter(Boolean).length;
  return (
    <button
      type="button"
      aria-expanded={open}
      aria-controls={controls}
      onClick={onToggle}
      className="mr-auto inline-flex h-9 items-center gap-2 rounded-lg px-2 text-sm text-muted transition-colors hover:bg-hover hover:text-ink"
    >
      <SlidersHorizontal className="size-4" aria-hidden="true" />
      {words.options}
      {set > 0 && (
        <span className="rounded-full bg-accent-soft px-1.5 text-xs font-medium text-accent tabular-nums">
          <span aria-hidden="true">{set}</span>
          <span className="sr-only">{words.optionsSet(set)}</span>
        </span>
      )}
    </button>
  );
}
