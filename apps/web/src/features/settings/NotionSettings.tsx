import type { NotionConnection, NotionDatabase } from '@destila/contracts';
import { useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { Problem } from '../../ui/Problem.tsx';
import { NotionConnect } from './NotionConnect.tsx';
import { NotionDatabases } from './NotionDatabases.tsx';
import { NotionInUse } from './NotionInUse.tsx';
import { NotionMapping } from './NotionMapping.tsx';
import { NotionStep } from './NotionStep.tsx';
import { NotionTokenRow } from './NotionTokenRow.tsx';
import { Section } from './Section.tsx';
import { useNotionConnection } from './useNotion.ts';

/** From nothing to notes in a database of the person's: the token, the database, what of a note it holds. */
export function NotionSettings() {
  const words = useMessages();
  const connection = useNotionConnection();
  return (
    <Section title={words.notion.title}>
      {connection.isError && !connection.data && (
        <Problem title={words.settings.loadFailed} error={connection.error} onRetry={() => void connection.refetch()} />
      )}
      {connection.isPending && <div className="skeleton m-4 h-24" />}
      {connection.data && <Steps connection={connection.data} />}
    </Section>
  );
}

/** Where the person went to; without having gone anywhere, the connection says what is shown. */
type Place = { step: 'start' } | { step: 'databases' } | { step: 'mapping'; database: NotionDatabase };

function Steps({ connection }: { connection: NotionConnection }) {
  const words = useMessages().notion;
  const [place, setPlace] = useState<Place>({ step: 'start' });
  const [hasMoved, setHasMoved] = useState(false);
  const [justSaved, setJustSaved] = useState(false);
  const goTo = (next: Place, saved = false) => {
    setPlace(next);
    setHasMoved(true);
    setJustSaved(saved);
  };
  const { token, database } = connection;
  if (token === null) {
    return (
      <NotionStep key="connect" label={words.connect} hasMoved={hasMoved}>
        <NotionConnect keepsTokens={connection.keeps_tokens} onConnected={() => goTo({ step: 'start' })} />
      </NotionStep>
    );
  }
  if (place.step === 'mapping') {
    return (
      <NotionStep key="mapping" label={words.mapping(place.database.title || words.untitled)} hasMoved={hasMoved}>
        <NotionMapping
          database={place.database}
          isInUse={place.database.id === database?.id}
          onBack={() => goTo({ step: database?.id === place.database.id ? 'start' : 'databases' })}
          onSaved={() => goTo({ step: 'start' }, true)}
        />
      </NotionStep>
    );
  }
  const tokenRow = <NotionTokenRow connection={connection} onDisconnected={() => goTo({ step: 'start' })} />;
  const open = (chosen: NotionDatabase) => goTo({ step: 'mapping', database: chosen });
  if (database === null || place.step === 'databases') {
    return (
      <NotionStep key="databases" label={words.choose} hasMoved={hasMoved}>
        <NotionDatabases inUse={database} onChoose={open} onBack={() => goTo({ step: 'start' })} />
        {tokenRow}
      </NotionStep>
    );
  }
  return (
    <NotionStep key="in-use" label={words.title} hasMoved={hasMoved}>
      <NotionInUse
        database={database}
        justSaved={justSaved}
        onChange={() => goTo({ step: 'databases' })}
        onEdit={() => open(database)}
      />
      {tokenRow}
    </NotionStep>
  );
}
