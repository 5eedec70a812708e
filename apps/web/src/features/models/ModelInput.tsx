import { modelChoiceSchema } from '@destila/contracts';
import { useId, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { useKnownModels } from './useModels.ts';

interface ModelInputProps {
  id: string;
  /** `provider:model`; blank for the one of the settings. */
  value: string;
  onChange: (model: string) => void;
}

/** One model for one job: chosen from what the servers name, or typed. They are asked when the field is entered. */
export function ModelInput({ id, value, onChange }: ModelInputProps) {
  const words = useMessages().models;
  const listId = useId();
  const [entered, setEntered] = useState(false);
  const models = useKnownModels(entered);
  const isWrong = value.trim() !== '' && !modelChoiceSchema.safeParse(value).success;
  return (
    <>
      <input
        id={id}
        list={listId}
        value={value}
        maxLength={200}
        placeholder={words.ofSettings}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? `${listId}-wrong` : undefined}
        onFocus={() => setEntered(true)}
        onChange={(event) => onChange(event.target.value)}
        className="control h-8 w-56 max-w-full px-2 text-ink"
      />
      <datalist id={listId}>
        {models.map((model) => (
          <option key={model} value={model}>
            {model === 'extractive' ? words.extractive : model}
          </option>
        ))}
      </datalist>
      {isWrong && (
        <span id={`${listId}-wrong`} className="text-xs text-danger">
          {words.wrong}
        </span>
      )}
    </>
  );
}
