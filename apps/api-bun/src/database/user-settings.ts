import type { IndexAfterSave } from '@destila/contracts';
import type { Queryable } from './database.ts';

export interface UserSettings {
  index_after_save: IndexAfterSave;
  output_language: 'es' | 'en' | null;
}

export async function readUserSettings(db: Queryable): Promise<UserSettings> {
  const [row] = await db.query<UserSettings>('select index_after_save, output_language from user_settings');
  return row ?? { index_after_save: 'ask', output_language: null };
}

export async function writeUserSettings(db: Queryable, userId: string, settings: UserSettings): Promise<void> {
  await db.query(
    `insert into user_settings (user_id, index_after_save, output_language) values ($1, $2, $3)
     on conflict (user_id) do update set
       index_after_save = excluded.index_after_save, output_language = excluded.output_language`,
    [userId, settings.index_after_save, settings.output_language],
  );
}
