import { READ_HERE, type Settings } from '@destila/contracts';
import { type Messages, useMessages } from '../../lib/i18n/index.ts';
import { readerName } from '../models/index-reader.ts';
import { ChoiceRow } from './Section.tsx';
import { useEditSettings } from './useEditSettings.ts';

/** Whether indexed notes may be sent to whom the summaries are written by; until it is answered nothing is. */
export function IndexReader({ settings }: { settings: Settings }) {
  const words = useMessages().settings.indexReader;
  const edit = useEditSettings();
  const { outside_reader: reader, index_reader: answer } = settings;
  if (!reader) return null;
  return (
    <div>
      <ChoiceRow
        label={words.label}
        value={answer === READ_HERE || answer === reader.host ? answer : undefined}
        options={[
          [READ_HERE, words.here],
          [reader.host, readerName(reader.host)],
        ]}
        onChange={(index_reader) => edit({ index_reader })}
      />
      <p className="px-4 pb-3 text-sm text-pretty text-muted">{explanation(reader, answer, words)}</p>
    </div>
  );
}

function explanation(
  { host, notes }: NonNullable<Settings['outside_reader']>,
  answer: string | null,
  words: Messages['settings']['indexReader'],
): string {
  if (answer === host) return words.isSent(readerName(host));
  if (answer === READ_HERE) return words.staysHere;
  return notes === 0 ? words.firstAsks : words.wouldBeSent(notes, readerName(host));
}
