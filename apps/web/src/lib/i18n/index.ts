import { ERRORS, isErrorCode } from '@destila/contracts';
import { useSyncExternalStore } from 'react';
import { ApiError } from '../api.ts';
import { writeStored } from '../stored.ts';
import { en } from './en.ts';
import { es } from './es.ts';

export type Language = 'es' | 'en';
export type Messages = typeof es;

export const MESSAGES: Record<Language, Messages> = { es, en };

/** The words of the language in use. */
export function useMessages(): Messages {
  return MESSAGES[useLanguage()];
}

/** `public/boot.js` chose it before the first paint; `<html lang>` is where it is kept. */
export function useLanguage(): Language {
  return useSyncExternalStore(onLanguageChange, currentLanguage);
}

export function currentLanguage(): Language {
  return document.documentElement.lang === 'en' ? 'en' : 'es';
}

export function chooseLanguage(language: Language): void {
  writeStored('destila:language', language);
  document.documentElement.lang = language;
}

/** What happened and what to do next, for a person. A code this build does not know comes with the server's own words. */
export function errorText(error: unknown, language: Language): { message: string; hint: string } {
  const { unknownError, tryAgain } = MESSAGES[language].app;
  if (!(error instanceof ApiError)) return { message: unknownError, hint: tryAgain };
  const known = codeText(error.code, language);
  if (known) return known;
  return { message: error.problem?.detail ?? unknownError, hint: error.problem?.hint ?? tryAgain };
}

export function codeText(code: string, language: Language): { message: string; hint: string } | null {
  if (!isErrorCode(code)) return null;
  const [message, hint] = ERRORS[code][language];
  return { message, hint };
}

function onLanguageChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['lang'] });
  return () => observer.disconnect();
}
