import { CircleX } from 'lucide-react';
import { useLanguage } from '../../lib/i18n/index.ts';
import { notionErrorText } from './notion-error-text.ts';

/** What went wrong, in a place that is announced. */
export function NotionProblem({ id, error }: { id?: string; error: Error | null }) {
  const language = useLanguage();
  const problem = error && notionErrorText(error, language);
  return (
    <div id={id} role="status" className="text-sm wrap-anywhere">
      {problem && (
        <p className="flex gap-2">
          <CircleX className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden="true" />
          <span>
            <span className="text-danger">{problem.message}</span> {problem.hint}
          </span>
        </p>
      )}
    </div>
  );
}
