import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { grantAccess, useAccessNeeded } from '../../lib/access.ts';
import { ApiError, openSession } from '../../lib/api.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';

/** Asks for the access token once, where the server wants one; what was under way then goes on. */
export function AccessDialog() {
  const words = useMessages().access;
  const language = useLanguage();
  const needed = useAccessNeeded();
  const [token, setToken] = useState('');
  const session = useMutation({ mutationFn: openSession, onSuccess: grantAccess });

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    session.mutate(token.trim());
  };
  const wrong = session.error instanceof ApiError && session.error.code === 'unauthorized';
  return (
    <Dialog open={needed} title={words.title} text={words.text}>
      <form onSubmit={submit} className="mt-4 flex flex-col gap-3">
        <label className="flex flex-col gap-1.5 text-sm font-medium">
          {words.label}
          <input
            type="password"
            autoComplete="current-password"
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
            aria-invalid={session.isError}
            aria-describedby="access-problem"
            className="control h-10 px-3 font-normal"
          />
        </label>
        <p id="access-problem" role="alert" className="min-h-5 text-sm text-danger">
          {session.error && (wrong ? words.wrong : errorText(session.error, language).message)}
        </p>
        <Button type="submit" look="primary" disabled={session.isPending}>
          {words.enter}
        </Button>
      </form>
    </Dialog>
  );
}
