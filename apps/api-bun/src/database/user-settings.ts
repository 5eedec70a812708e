import type { IndexAfterSave } from '@destila/contracts';
import type { Queryable } from './database.ts';

export interface UserSettings {
  index_after_save: IndexAfterSave;
  index_reader: string | null;
  category_required: boolean;
  output_language: 'es' | 'en' | null;
  /** A template's id. */
  template: string | null;
  /** Null: what the installation is configured with. */
  llm: string | null;
  llm_base_url: string | null;
}

const UNTOUCHED: UserSettings = {
  index_after_save: 'ask',
  index_reader: null,
  category_required: false,
  output_language: null,
  template: null,
  llm: null,
  llm_base_url: null,
};

export async function readUserSettings(db: Queryable): Promise<UserSettings> {
  const [row] = await db.query<UserSettings>(
    'select index_after_save, index_reader, category_required, output_language, template, llm, llm_base_url from user_settings',
  );
  return row ?? UNTOUCHED;
}

export async function writeUserSettings(db: Queryable, userId: string, settings: UserSettings): Promise<void> {
  await db.query(
    `insert into user_settings (user_id, index_after_save, category_required, output_language, template, llm, llm_base_url, index_reader)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (user_id) do update set
       index_after_save = excluded.index_after_save, category_required = excluded.category_required,
       output_language = excluded.output_language, template = excluded.template,
       llm = excluded.llm, llm_base_url = excluded.llm_base_url, index_reader = excluded.index_reader`,
    [
      userId,
      settings.index_after_save,
      settings.category_required,
      settings.output_language,
      settings.template,
      settings.llm,
      settings.llm_base_url,
      settings.index_reader,
    ],
  );
}
