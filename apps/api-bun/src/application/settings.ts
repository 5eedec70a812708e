import type { EditSettingsRequest, Settings } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { readUserSettings, writeUserSettings } from '../database/user-settings.ts';
import type { Services } from './services.ts';

/** The person's choices, and what this installation does. */
export async function readSettings(services: Services, userId: string): Promise<Settings> {
  const chosen = await asUser(services.database, userId, readUserSettings);
  return { ...services.installation, upload_limit: services.uploadLimit, ...chosen };
}

export async function editSettings(services: Services, userId: string, edit: EditSettingsRequest): Promise<Settings> {
  await asUser(services.database, userId, async (tx) => {
    const before = await readUserSettings(tx);
    await writeUserSettings(tx, userId, {
      index_after_save: edit.index_after_save ?? before.index_after_save,
      output_language: edit.output_language === undefined ? before.output_language : edit.output_language,
    });
  });
  return readSettings(services, userId);
}
