import type { ModelChoices } from '@destila/contracts';
import { type SubmitEvent, useId } from 'react';
import { dateAndTime } from '../../lib/format.ts';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import type { ModelServer } from '../models/model-servers.ts';
import { useModelChoices, useModelKeys } from '../models/useModels.ts';

interface ModelKeyProps {
  server: ModelServer;
  state: ModelChoices['providers'][number] | undefined;
  /** What is in the field and not kept yet. */
  value: string;
  onValue: (key: string) => void;
  /** Called when there is another key, or none. */
  onChange: () => void;
}

/** A key goes in and is never shown again: only since when there is one. */
export function ModelKey({ server, state, value, onValue, onChange }: ModelKeyProps) {
  const words = useMessages().models;
  const language = useLanguage();
  const id = useId();
  const choices = useModelChoices().data;
  const { keep, forget } = useModelKeys();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    keep.mutate({ provider: server.provider, key: value.trim() }, { onSuccess: () => onValue('') });
    onChange();
  };
  const remove = () => {
    forget.mutate(server.provider);
    onChange();
  };
  const since = state?.key_since ?? null;
  const note = noteOn({ since: since && dateAndTime(Date.parse(since), language), state, server, words });
  if (choices?.keeps_keys === false) return <p className="px-4 py-3 text-sm text-muted">{words.keysNotKept}</p>;
  return (
    <form
      onSubmit={submit}
      className="flex min-h-13 flex-wrap items-center justify-between gap-x-6 gap-y-1.5 px-4 py-2.5"
    >
      <div className="min-w-0 flex-1 basis-60 text-sm">
        <label htmlFor={id}>{words.key}</label>
        <p className="text-xs text-muted">
          <span id={`${id}-note`}>{note}</span>{' '}
          {since && (
            <button
              type="button"
              disabled={forget.isPending}
              onClick={remove}
              className="font-medium text-accent hover:underline"
            >
              {words.removeKey}
            </button>
          )}
        </p>
      </div>
      <div className="flex w-full items-center gap-2 sm:w-80">
        <input
          id={id}
          type="password"
          value={value}
          maxLength={1000}
          autoComplete="off"
          spellCheck={false}
          aria-describedby={`${id}-note`}
          placeholder={since ? words.replaceKey : words.pasteKey}
          onChange={(event) => onValue(event.target.value)}
          className="control h-9 min-w-0 flex-1 px-2.5 text-sm"
        />
        <Button type="submit" aria-label={words.saveKey} disabled={value.trim() === '' || keep.isPending}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}

interface NoteFacts {
  since: string | null;
  state: ModelKeyProps['state'];
  server: ModelServer;
  words: ReturnType<typeof useMessages>['models'];
}

function noteOn({ since, state, server, words }: NoteFacts): string {
  if (since) return words.keySince(since);
  if (state?.installation_key && server.provider !== 'openai-compatible') return words.keyOfInstallation;
  return server.key === 'needed' ? words.keyNeeded : words.keyPossible;
}
