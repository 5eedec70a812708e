import { RotateCw, TriangleAlert } from 'lucide-react';
import { errorText, useLanguage, useMessages } from '../lib/i18n/index.ts';
import { Button } from './Button.tsx';
import { EmptyState } from './EmptyState.tsx';

/** In place of what could not be loaded: why, and the way to try again. */
export function Problem({ title, error, onRetry }: { title: string; error: unknown; onRetry: () => void }) {
  const { message, hint } = errorText(error, useLanguage());
  const words = useMessages();
  return (
    <div role="alert">
      <EmptyState icon={TriangleAlert} title={title} text={`${message} ${hint}`}>
        <Button icon={RotateCw} onClick={onRetry}>
          {words.app.retry}
        </Button>
      </EmptyState>
    </div>
  );
}
