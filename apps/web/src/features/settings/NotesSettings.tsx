import type { Settings } from '@destila/contracts';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { Problem } from '../../ui/Problem.tsx';
import { ChoiceRow, Row, Section } from './Section.tsx';
import { settingsQuery } from './settings-query.ts';
import { useEditSettings } from './useEditSettings.ts';

/** What the installation does with notes, and what the person can choose of it. */
export function NotesSettings() {
  const words = useMessages().settings;
  const settings = useQuery(settingsQuery);
  const edit = useEditSettings();
  if (settings.isError && !settings.data) {
    return <Problem title={words.loadFailed} error={settings.error} onRetry={() => void settings.refetch()} />;
  }
  const now = settings.data;
  return (
    <Section title={words.notes}>
      <Row label={words.destination}>
        <Value>{now && destinationName(now, words)}</Value>
      </Row>
      <Row label={words.summarizer}>
        <Value>{now && (now.summarizer === 'extractive' ? words.extractive : now.summarizer)}</Value>
      </Row>
      <Row label={words.transcriber}>
        <Value>{now && (now.transcriber ?? words.noTranscriber)}</Value>
      </Row>
      <Row label={words.embeddings}>
        <Value>{now && embeddingsName(now.embeddings, words)}</Value>
      </Row>
      <ChoiceRow
        label={words.outputLanguage}
        value={now && (now.output_language ?? 'video')}
        options={[
          ['video', words.outputLanguages.video],
          ['es', words.outputLanguages.es],
          ['en', words.outputLanguages.en],
        ]}
        onChange={(choice) => edit({ output_language: choice === 'video' ? null : choice })}
      />
      <ChoiceRow
        label={words.indexAfterSave}
        value={now?.index_after_save}
        options={[
          ['ask', words.indexChoices.ask],
          ['always', words.indexChoices.always],
          ['never', words.indexChoices.never],
        ]}
        onChange={(index_after_save) => edit({ index_after_save })}
      />
    </Section>
  );
}

function Value({ children }: { children: ReactNode }) {
  return <span className="min-h-5 min-w-0 text-sm wrap-anywhere text-muted">{children}</span>;
}

function destinationName(
  settings: Settings,
  words: { destinationNotion: string; destinationMarkdown: string },
): string {
  if (settings.destination === 'notion') return words.destinationNotion;
  return [words.destinationMarkdown, settings.notes_dir].filter(Boolean).join(' · ');
}

function embeddingsName(
  embeddings: Settings['embeddings'],
  words: { noEmbeddings: string; offlineEmbeddings: string },
): string {
  if (embeddings === null) return words.noEmbeddings;
  return embeddings.startsWith('offline:') ? words.offlineEmbeddings : embeddings;
}
