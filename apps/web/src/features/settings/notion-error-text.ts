import { ApiError } from '../../lib/api.ts';
import { errorText, type Language, MESSAGES } from '../../lib/i18n/index.ts';

/** What Notion has against it. The hints of the codes speak of notes to be saved; in the settings none is. */
export function notionErrorText(
  error: Error,
  language: Language,
  isOfInstallation = false,
): { message: string; hint: string } {
  const { notion } = MESSAGES[language];
  const hints: Partial<Record<string, string>> = {
    ...notion.hints,
    ...(isOfInstallation && notion.hintsOfInstallation),
  };
  const { message, hint } = errorText(error, language);
  return { message, hint: (error instanceof ApiError && hints[error.code]) || hint };
}
