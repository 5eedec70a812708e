import { CircleX } from 'lucide-react';
import { useLanguage } from '../../lib/i18n/index.ts';
import { notionErrorText } from './notion-error-text.ts';
import { useNotionConnection } from './useNotion.ts';

interface NotionProblemProps {
  id?: string;
  error: Error | null;
  /** It is of a token that the person pastes, whoever's is in use. */
  isOfPasted?: boolean;
}

/** What went wrong, in a place that is announced. */
export function NotionProblem({ id, error, isOfPasted = false }: NotionProblemProps) {
  const language = useLanguage();
  const isOfInstallation = useNotionConnection().data?.token === 'installation' && !isOfPasted;
  const problem = error && notionErrorText(error, language, isOfInstallation);
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
