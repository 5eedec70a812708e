import { ApiError } from '../../lib/api.ts';
import { errorText, type Language, MESSAGES } from '../../lib/i18n/index.ts';

/** What Notion has against it. The hints of the codes speak of notes to be saved; in the settings none is. */
export function notionErrorText(error: Error, language: Language): { message: string; hint: string } {
  const hints: Partial<Record<string, string>> = MESSAGES[language].notion.hints;
  const { message, hint } = errorText(error, language);
  return { message, hint: (error instanceof ApiError && hints[error.code]) || hint };
}
