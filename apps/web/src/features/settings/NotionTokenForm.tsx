import { type SubmitEvent, useId, useRef, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { NotionProblem } from './NotionProblem.tsx';
import { useConnectNotion } from './useNotion.ts';

/** A token goes in, is tried at Notion, and is never shown again. */
export function NotionTokenForm({ onConnected, onCancel }: { onConnected: () => void; onCancel?: () => void }) {
  const words = useMessages();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [token, setToken] = useState('');
  const connect = useConnectNotion(onConnected);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    connect.mutate(token.trim(), { onError: () => field.current?.select() });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 px-4 py-3.5 text-sm">
      <div>
        <label htmlFor={id}>{words.notion.token}</label>
        <p id={`${id}-note`} className="text-xs text-muted">
          {words.notion.tokenKept}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <input
          ref={field}
          id={id}
          type="password"
          value={token}
          maxLength={1000}
          autoComplete="off"
          spellCheck={false}
          placeholder="ntn_…"
          // biome-ignore lint/a11y/noAutofocus: the person asked for this field.
          autoFocus={onCancel !== undefined}
          aria-describedby={`${id}-note ${id}-problem`}
          aria-invalid={connect.isError}
          onChange={(event) => {
            setToken(event.target.value);
            connect.reset();
          }}
          className="control h-9 min-w-0 flex-1 basis-40 px-2.5"
        />
        <Button type="submit" look="primary" disabled={token.trim() === '' || connect.isPending}>
          {connect.isPending ? words.notion.connecting : words.notion.connect}
        </Button>
        {onCancel && (
          <Button look="quiet" onClick={onCancel}>
            {words.app.cancel}
          </Button>
        )}
      </div>
      <NotionProblem id={`${id}-problem`} error={connect.error} isOfPasted />
    </form>
  );
}
