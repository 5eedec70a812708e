import type { NotionDatabase, NotionMapping } from '@destila/contracts';
import type { Queryable } from './database.ts';

/** The data source that a person chose, and what its properties hold. */
export interface ChosenDatabase extends NotionDatabase {
  mapping: NotionMapping;
}

export async function readChosenDatabase(db: Queryable): Promise<ChosenDatabase | null> {
  const [row] = await db.query<ChosenDatabase>(
    'select data_source_id as id, title, url, mapping from notion_connections',
  );
  return row ?? null;
}

export async function writeChosenDatabase(
  db: Queryable,
  userId: string,
  { id, title, url, mapping }: ChosenDatabase,
): Promise<void> {
  await db.query(
    `insert into notion_connections (user_id, data_source_id, title, url, mapping) values ($1, $2, $3, $4, $5::jsonb)
     on conflict (user_id) do update set
       data_source_id = excluded.data_source_id, title = excluded.title, url = excluded.url, mapping = excluded.mapping`,
    [userId, id, title.slice(0, 2000), url, JSON.stringify(mapping)],
  );
}

export async function deleteChosenDatabase(db: Queryable, userId: string): Promise<void> {
  await db.query('delete from notion_connections where user_id = $1', [userId]);
}
