import { formatTimestamp, type RevisionItem, type SummaryFacts } from '@destila/contracts';
import { dateAndTime, percent } from '../../lib/format.ts';
import { type Language, MESSAGES } from '../../lib/i18n/index.ts';

/** `Escrito de nuevo · 24 nov, 10:32`. */
export function versionName({ kind, created_at }: RevisionItem, language: Language): string {
  return `${MESSAGES[language].versions.kinds[kind]} · ${dateAndTime(Date.parse(created_at), language)}`;
}

/** Who wrote a version, and how much of the video it speaks of: `openai:gpt-5.4-mini · cubre el 93 % del vídeo`. */
export function versionOrigin(
  { summarized_by, facts }: Pick<RevisionItem, 'summarized_by' | 'facts'>,
  language: Language,
): string {
  return [summarizerName(summarized_by, language), facts && coverage(facts, language)].filter(Boolean).join(' · ');
}

export function summarizerName(summarizedBy: string | null, language: Language): string | null {
  return summarizedBy === 'extractive' ? MESSAGES[language].versions.extractive : summarizedBy;
}

function coverage(facts: SummaryFacts, language: Language): string | null {
  return facts.coverage === null ? null : MESSAGES[language].versions.covers(percent(facts.coverage, language));
}

/** `0:00–4:10, 12:00–15:30`. */
export function stretches(gaps: readonly { start: number; end: number }[]): string {
  return gaps.map(({ start, end }) => `${formatTimestamp(start)}–${formatTimestamp(end)}`).join(', ');
}
